#!/usr/bin/perl
# Logs in by form with a code, then calls within the session: LWP with a cookie jar.
# Argument: the case. The rest comes from the environment.

use strict;
use warnings;

use Cpanel::Security::Authn::TwoFactorAuth::Google ();
use HTTP::Cookies                                  ();
use LWP::UserAgent                                 ();

my $case   = shift // die "usage: session.pl CASE\n";
my $url    = $ENV{'LOGIN_URL'};
my $browser = LWP::UserAgent->new( cookie_jar => HTTP::Cookies->new() );

my $authenticator = Cpanel::Security::Authn::TwoFactorAuth::Google->new(
    { account_name => $ENV{'LOGIN_USER'}, secret => $ENV{'LOGIN_SECRET'}, issuer => 'end-to-end' } );
my $code = $authenticator->generate_code();
$code = sprintf '%06d', ( $code + 500_000 ) % 1_000_000 if $case eq 'wrong code';
$code = $code + 0                                       if $case eq 'code without its zeros';
die "no zero was lost\n" if length $code == 6 && $case eq 'code without its zeros';

my %form = (
    user      => $ENV{'LOGIN_USER'},
    pass      => $case eq 'wrong password' ? 'not the password' : $ENV{'LOGIN_PASSWORD'},
    tfa_token => $code,
);
delete $form{'tfa_token'} if $case eq 'no code';

my $login = $browser->post( "$url/login/", \%form );
show( 'login', $login );
my ($token) = ( $login->header('Location') // q{} ) =~ m{\A/(cpsess[0-9]+)/} or exit;

my $call = '/execute/Email/list_pops';
my %wrong = (
    'token missing'  => sub { $browser->get( $url . $call ) },
    'token wrong'    => sub { $browser->get("$url/cpsess1000000001$call") },
    'cookie missing' => sub { LWP::UserAgent->new()->get("$url/$token$call") },
    'code twice'     => sub { LWP::UserAgent->new()->post( "$url/login/", \%form ) },
);
show( 'refused', $wrong{$case}->() ) if $wrong{$case};
show( 'call',    $browser->get("$url/$token$call") );

sub show {
    my ( $step, $answer ) = @_;
    my $body = $answer->decoded_content();
    $body =~ s/\s+/ /g;
    print join( "\t", $step, $answer->code(), $answer->message(), $body ), "\n";
    return;
}
