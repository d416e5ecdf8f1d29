#!/usr/bin/perl
# A mailbox by API 1, with root's access hash: LWP.
# Argument: the account. The rest comes from the environment.

use strict;
use warnings;

use Cpanel::JSON::XS ();
use LWP::UserAgent   ();
use URI              ();

my $user   = shift // die "usage: older.pl ACCOUNT\n";
my $client = LWP::UserAgent->new;
( my $hash = $ENV{'ACCESS_HASH'} ) =~ s/\s//g;

for my $mailbox (qw( first first )) {
    my $url = URI->new("$ENV{'WHM_URL'}/json-api/cpanel");
    $url->query_form(
        'cpanel_jsonapi_user'       => $user,
        'cpanel_jsonapi_module'     => 'Email',
        'cpanel_jsonapi_func'       => 'addpop',
        'cpanel_jsonapi_apiversion' => 1,
        'arg-0'                     => $mailbox,
        'arg-1'                     => 'a-long-enough-secret',
        'arg-2'                     => 0,
        'arg-3'                     => "$user.example",
    );
    my $answer = $client->get( $url, 'Authorization' => "WHM root:$hash" );
    die $answer->status_line, "\n" if !$answer->is_success;
    my $event = Cpanel::JSON::XS::decode_json( $answer->content )->{'event'};
    print join( "\t", 'event', $event->{'result'}, $event->{'reason'} // q{} ), "\n";
}
