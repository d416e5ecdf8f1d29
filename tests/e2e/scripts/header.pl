#!/usr/bin/perl
# A code beside the password in each request, and an API token: HTTP::Tiny.
# Argument: the case. The rest comes from the environment.

use strict;
use warnings;

use Cpanel::Security::Authn::TwoFactorAuth::Google ();
use HTTP::Tiny                                     ();
use MIME::Base64                                   ();

my $case   = shift // die "usage: header.pl CASE\n";
my $client = HTTP::Tiny->new( verify_SSL => 1, SSL_options => { SSL_ca_file => $ENV{'SSL_CERT_FILE'} } );

my $authenticator = Cpanel::Security::Authn::TwoFactorAuth::Google->new(
    { account_name => $ENV{'LOGIN_USER'}, secret => $ENV{'LOGIN_SECRET'}, issuer => 'end-to-end' } );
my $code = $authenticator->generate_code();
$code = sprintf '%06d', ( $code + 500_000 ) % 1_000_000 if $case eq 'wrong code';
$code = $code + 0                                       if $case eq 'code without its zeros';
die "no zero was lost\n" if length $code == 6 && $case eq 'code without its zeros';

my $password = $case eq 'wrong password' ? 'not the password' : $ENV{'LOGIN_PASSWORD'};
my %headers = (
    'Authorization' => 'Basic ' . MIME::Base64::encode_base64( "$ENV{'LOGIN_USER'}:$password", q{} ),
    'X-CPANEL-OTP'  => $code,
);
delete $headers{'X-CPANEL-OTP'} if $case eq 'no code';
for ( 1 .. ( $case eq 'code twice' ? 2 : 1 ) ) {
    show( 'password', $client->get( "$ENV{'LOGIN_URL'}/execute/Email/list_pops", { headers => \%headers } ) );
}

my $token = $case eq 'token wrong' ? 'A' x 32 : $ENV{'WHM_TOKEN'};
$headers{'Authorization'} = "WHM $ENV{'WHM_USER'}:$token";
delete $headers{'Authorization'} if $case eq 'token missing';
show( 'token', $client->get( "$ENV{'WHM_URL'}/json-api/applist?api.version=1", { headers => \%headers } ) );

sub show {
    my ( $step, $answer ) = @_;
    ( my $body = $answer->{'content'} ) =~ s/\s+/ /g;
    print join( "\t", $step, $answer->{'status'}, $answer->{'reason'}, $body ), "\n";
    return;
}
