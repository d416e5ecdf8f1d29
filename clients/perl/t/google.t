#!/usr/bin/perl

# The module's codes against RFC 4226, RFC 6238 and oathtool.

use strict;
use warnings;

use FindBin ();
use Test::More;

use lib "$FindBin::Bin/../lib";

use_ok('Cpanel::Security::Authn::TwoFactorAuth::Google');

my $rfc_secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

sub authenticator {
    my ($secret) = @_;
    return Cpanel::Security::Authn::TwoFactorAuth::Google->new(
        { 'account_name' => 'fakedomain', 'secret' => $secret, 'issuer' => 'Example cPanel' } );
}

subtest 'codes agree with RFC 4226 appendix D' => sub {
    my @codes = qw( 755224 287082 359152 969429 338314 254676 287922 162583 399871 520489 );
    for my $step ( 0 .. $#codes ) {
        is( authenticator($rfc_secret)->generate_code( 30 * $step ), $codes[$step], "step $step" );
    }
};

subtest 'codes agree with RFC 6238 appendix B, cut to six digits' => sub {
    my %codes = (
        59             => '287082',
        1_111_111_109  => '081804',
        1_111_111_111  => '050471',
        1_234_567_890  => '005924',
        2_000_000_000  => '279037',
        20_000_000_000 => '353130',
    );
    for my $time ( sort { $a <=> $b } keys %codes ) {
        is( authenticator($rfc_secret)->generate_code($time), $codes{$time}, "at $time" );
    }
};

subtest 'codes agree with oathtool' => sub {
    my ($oathtool) = grep { -x } map { "$_/oathtool" } split /:/, $ENV{'PATH'};
    ok( $oathtool, 'oathtool is installed (package oathtool)' ) or return;
    my @alphabet = ( 'A' .. 'Z', 2 .. 7 );
    srand 20260101;
    for my $length ( 16, 26, 32, 52, 103 ) {
        for ( 1 .. 10 ) {
            my $secret = join q{}, map { $alphabet[ rand @alphabet ] } 1 .. $length;
            my $time   = int rand 4_102_444_800;
            open my $pipe, '-|', $oathtool, '--totp', '-b', '--now', "\@$time", $secret or die "oathtool: $!";
            chomp( my $expected = <$pipe> );
            close $pipe or die "oathtool failed: $?";
            is( authenticator($secret)->generate_code($time), $expected, "$secret at $time" );
        }
    }
};

subtest 'a code has six digits at any time, and the present one is that of now' => sub {
    my $authenticator = authenticator('QSARBVKLZHYHLJ3M');
    my @wrong = grep { $authenticator->generate_code( 30 * $_ ) !~ m/\A[0-9]{6}\z/ } 0 .. 2_000;
    is( scalar @wrong, 0, 'of 2,001 codes all have six digits' );
    my ( $before, $code, $after ) = ( time, $authenticator->generate_code(), time );
    ok( ( grep { $code eq $authenticator->generate_code($_) } $before, $after ), 'the code of now' );
};

subtest 'a secret is read in the forms that people write' => sub {
    my $expected = authenticator('QSARBVKLZHYHLJ3M')->generate_code(0);
    for my $secret ( 'qsarbvklzhyhlj3m', 'QSAR BVKL ZHYH LJ3M', 'qsar-bvkl-zhyh-lj3m' ) {
        is( authenticator($secret)->generate_code(0), $expected, $secret );
    }
};

subtest 'what is no secret is refused, and not repeated' => sub {
    for my $secret ( q{}, 'QSARBVKLZHYHLJ3', 'QSARBVKLZHYHLJ3MA', 'QSARBVKLZHYHLJ31', 'QSARBVKL', "QSARBVKLZHYHLJ3M\n" ) {
        ok( !eval { authenticator($secret); 1 }, 'refused' );
        like( $@, qr/\AThe secret is (?:not base32|too short)/, 'with a clear message' );
        unlike( $@, qr/QSARBVKL/, 'that does not repeat it' );
    }
    ok( !eval { authenticator(undef); 1 }, 'a missing one is refused' );
    like( $@, qr/\AA secret is needed/, 'with a clear message' );
    ok( !eval { Cpanel::Security::Authn::TwoFactorAuth::Google->new( secret => 'QSARBVKLZHYHLJ3M' ); 1 }, 'a plain list too' );
    like( $@, qr/reference to a hash/, 'with a clear message' );
};

subtest 'a time that is none is refused' => sub {
    for my $time ( 'now', '-1', q{} ) {
        ok( !eval { authenticator($rfc_secret)->generate_code($time); 1 }, "'$time'" );
        like( $@, qr/seconds since 1970/, 'with a clear message' );
    }
};

subtest 'the address for a QR code' => sub {
    is(
        authenticator('qsar bvkl zhyh lj3m')->otpauth_url(),
        'otpauth://totp/Example%20cPanel:fakedomain?secret=QSARBVKLZHYHLJ3M&issuer=Example%20cPanel',
        'has the shape that authenticators know'
    );
    my $odd = Cpanel::Security::Authn::TwoFactorAuth::Google->new(
        { 'account_name' => 'a@b.example', 'secret' => 'QSARBVKLZHYHLJ3M', 'issuer' => "x:y&z=\x{e4}\x{20ac}" } );
    is(
        $odd->otpauth_url(),
        'otpauth://totp/x%3Ay%26z%3D%C3%A4%E2%82%AC:a%40b.example?secret=QSARBVKLZHYHLJ3M&issuer=x%3Ay%26z%3D%C3%A4%E2%82%AC',
        'is encoded, text as UTF-8'
    );
};

done_testing();
