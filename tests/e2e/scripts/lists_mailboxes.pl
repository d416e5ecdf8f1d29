#!/usr/local/cpanel/3rdparty/bin/perl
# What somebody writes who has read how to log in to the original with a second factor: no flags, no search path, the
# original's Perl, its modules. One code opens the session; the token is the first segment of where the login leads to.

use strict;
use warnings;

use Cpanel::JSON::XS                               ();
use Cpanel::Security::Authn::TwoFactorAuth::Google ();
use Data::Dumper;
use HTTP::Cookies  ();
use LWP::UserAgent ();

my $server  = $ENV{'SERVER'};
my $browser = LWP::UserAgent->new( ssl_opts => { verify_hostname => 0 }, cookie_jar => HTTP::Cookies->new() );
my $app     = Cpanel::Security::Authn::TwoFactorAuth::Google->new(
    { 'account_name' => 'cptest', 'secret' => 'QSARBVKLZHYHLJ3M', 'issuer' => 'somebody' } );

my %form  = ( 'user' => 'cptest', 'pass' => 'blahblah', 'tfa_token' => $app->generate_code() );
my $login = $browser->post( "$server/login", \%form );
my $token = ( split m{/}, $login->header('location') )[1];

my $answer = $browser->get("$server/$token/execute/Email/list_pops");
print Dumper( Cpanel::JSON::XS::decode_json( $answer->decoded_content() ) );
