package Cpanel::Security::Authn::TwoFactorAuth::Google;

# One-time codes (RFC 6238) for scripts that log in with a second factor. Core modules only.

use strict;
use warnings;

use Carp        ();
use Digest::SHA ();

our $VERSION = '0.1.0';

use constant {
    STEP_SECONDS => 30,
    DIGITS       => 6,
    LEAST_BITS   => 80,
};

sub new {
    my ( $class, $arguments ) = @_;
    Carp::croak('new() takes a reference to a hash with account_name, secret and issuer')
      if ref $arguments ne 'HASH';
    my $self = bless {
        account_name => $arguments->{'account_name'} // q{},
        issuer       => $arguments->{'issuer'}       // q{},
        base32       => _canonical( $arguments->{'secret'} ),
    }, $class;
    $self->{'key'} = _decoded( $self->{'base32'} );
    return $self;
}

sub generate_code {
    my ( $self, $time ) = @_;
    $time //= time;
    Carp::croak('generate_code() takes a time in seconds since 1970') if $time !~ m/\A[0-9]+(?:[.][0-9]+)?\z/;

    my $digest = Digest::SHA::hmac_sha1( pack( 'Q>', int( $time / STEP_SECONDS ) ), $self->{'key'} );

    # Dynamic truncation, RFC 4226 5.3: the last four bits say where the number stands.
    my $offset = ord( substr $digest, -1 ) & 0x0f;
    my $number = unpack( 'N', substr $digest, $offset, 4 ) & 0x7fff_ffff;
    return sprintf '%0*d', DIGITS, $number % 10**DIGITS;
}

sub otpauth_url {
    my ($self) = @_;
    my ( $issuer, $account ) = map { _percent_encoded( $self->{$_} ) } qw( issuer account_name );
    return "otpauth://totp/$issuer:$account?secret=$self->{'base32'}&issuer=$issuer";
}

# The secret in capitals, without the blanks and dashes that make it readable.
sub _canonical {
    my ($secret) = @_;
    Carp::croak('A secret is needed: the base32 text that was shown when two-factor authentication was set up')
      if !defined $secret;
    $secret =~ tr/ -//d;
    $secret = uc $secret;

    # 1, 3 or 6 letters in the last group of eight end within no byte (RFC 4648 6). The text is not repeated
    # here: it may be nearly right, and errors are logged.
    my $letters = length $secret;
    Carp::croak('The secret is not base32: it has characters other than A-Z and 2-7, or one too many or too few')
      if $secret !~ m/\A[A-Z2-7]*\z/ || $letters % 8 == 1 || $letters % 8 == 3 || $letters % 8 == 6;
    Carp::croak('The secret is too short: it has at least 16 base32 characters')
      if $letters * 5 < LEAST_BITS;
    return $secret;
}

# The bytes that base32 stands for (RFC 4648 6).
sub _decoded {
    my ($base32) = @_;
    ( my $values = $base32 ) =~ tr/A-Z2-7/\x00-\x1f/;
    my $bits = join q{}, map { sprintf '%05b', ord } split //, $values;
    return pack 'B*', substr $bits, 0, 8 * int( length($bits) / 8 );
}

# Everything but the unreserved characters of RFC 3986 2.3, text as UTF-8.
sub _percent_encoded {
    my ($text) = @_;
    utf8::encode($text) if utf8::is_utf8($text);
    $text =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ge;
    return $text;
}

1;

__END__

=encoding utf8

=head1 NAME

Cpanel::Security::Authn::TwoFactorAuth::Google - one-time codes for scripts

=head1 SYNOPSIS

    use Cpanel::Security::Authn::TwoFactorAuth::Google ();

    my $google_auth = Cpanel::Security::Authn::TwoFactorAuth::Google->new(
        {
            'account_name' => 'cptest',
            'secret'       => 'QSARBVKLZHYHLJ3M',
            'issuer'       => 'server.example',
        }
    );
    print $google_auth->generate_code(), "\n";

=head1 DESCRIPTION

Generates the codes that an authenticator app would show, for scripts that log in to an account with two-factor
authentication: in the field C<tfa_token> of the login form, or in the header C<X-CPANEL-OTP>. It needs nothing
beyond Perl's core modules and no network. The name and the interface are those that existing scripts use.

=head1 METHODS

=head2 new

Takes a reference to a hash:

=over 4

=item secret

The base32 text that was shown when two-factor authentication was set up: 16 characters or more. Letters of either
case are taken; blanks and dashes do not matter. Dies when it is not base32.

=item account_name, issuer

What an authenticator shows beside the code. Used by C<otpauth_url> only.

=back

=head2 generate_code

The present code: a string of six digits. Keep it a string, or its leading zeros are lost. An optional argument is the
time to take instead of the present, in seconds since 1970.

A server takes a code for a login only once. To log in twice within 30 seconds, wait for the next code.

=head2 otpauth_url

The address that an authenticator app reads from a QR code. It contains the secret.

=head1 LICENSE

Apache-2.0 OR MIT

=cut
