<?php

/** One-time codes (RFC 6238) for scripts that log in with a second factor. */

declare(strict_types=1);

namespace Portreeve;

/**
 * The codes that an authenticator app would show for a secret.
 *
 * Codes are strings: as numbers they would lose their leading zeros.
 */
final class Totp
{
    private const STEP_SECONDS = 30;
    private const LEAST_BITS = 80;
    private const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

    private string $key;

    /**
     * @param string $secret the base32 text that was shown when two-factor authentication was set up; letters of
     *                       either case are taken, blanks and dashes do not matter
     * @throws \InvalidArgumentException when it is no secret; the message does not repeat it
     */
    public function __construct(#[\SensitiveParameter] string $secret)
    {
        $this->key = self::decode(strtoupper(str_replace([' ', '-'], '', $secret)));
    }

    /** The present code, six digits. */
    public function now(): string
    {
        return $this->at(time());
    }

    /** The code at a time in seconds since 1970, six digits. */
    public function at(int $time): string
    {
        if ($time < 0) {
            throw new \InvalidArgumentException('A time is in seconds since 1970.');
        }
        $digest = hash_hmac('sha1', pack('J', intdiv($time, self::STEP_SECONDS)), $this->key, true);

        // Dynamic truncation, RFC 4226 5.3: the last four bits say where the number stands.
        $offset = ord($digest[-1]) & 0x0f;
        $number = unpack('N', $digest, $offset)[1] & 0x7fffffff;

        return sprintf('%06d', $number % 1_000_000);
    }

    /** The bytes that base32 without padding stands for (RFC 4648 6). */
    private static function decode(#[\SensitiveParameter] string $base32): string
    {
        $length = strlen($base32);
        // 1, 3 or 6 letters in the last group of eight end within no byte.
        if (strspn($base32, self::ALPHABET) !== $length || in_array($length % 8, [1, 3, 6], true)) {
            throw new \InvalidArgumentException(
                'The secret is not base32: it has characters other than A-Z and 2-7, or one too many or too few.'
            );
        }
        if ($length * 5 < self::LEAST_BITS) {
            throw new \InvalidArgumentException('The secret is too short: it has at least 16 base32 characters.');
        }

        $bytes = '';
        $buffer = 0;
        $bits = 0;
        foreach (str_split($base32) as $letter) {
            $buffer = ($buffer << 5 | strpos(self::ALPHABET, $letter)) & 0xfff;
            $bits += 5;
            if ($bits >= 8) {
                $bits -= 8;
                $bytes .= chr($buffer >> $bits & 0xff);
            }
        }

        return $bytes;
    }
}
