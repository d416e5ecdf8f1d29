<?php

/** The class's codes against RFC 4226, RFC 6238 and oathtool. Run: php test.php */

declare(strict_types=1);

require __DIR__ . '/Totp.php';

use Portreeve\Totp;

const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

$failures = 0;
$checks = 0;

function same(mixed $expected, mixed $actual, string $what): void
{
    global $failures, $checks;
    $checks++;
    if ($expected !== $actual) {
        $failures++;
        fwrite(STDERR, "FAILED: $what: expected " . var_export($expected, true) . ', got ' . var_export($actual, true) . "\n");
    }
}

/** The message of the error that a call ends with, or an empty text. */
function refusal(callable $call): string
{
    try {
        $call();
    } catch (\InvalidArgumentException $error) {
        return $error->getMessage();
    }
    return '';
}

$hotp = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];
foreach ($hotp as $step => $code) {
    same($code, (new Totp(RFC_SECRET))->at(30 * $step), "RFC 4226 appendix D, step $step");
}

$totp = [
    59 => '287082',
    1111111109 => '081804',
    1111111111 => '050471',
    1234567890 => '005924',
    2000000000 => '279037',
    20000000000 => '353130',
];
foreach ($totp as $time => $code) {
    same($code, (new Totp(RFC_SECRET))->at($time), "RFC 6238 appendix B, at $time");
}

mt_srand(20260101);
foreach ([16, 26, 32, 52, 103] as $length) {
    for ($round = 0; $round < 10; $round++) {
        $secret = '';
        while (strlen($secret) < $length) {
            $secret .= 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[mt_rand(0, 31)];
        }
        $time = mt_rand(0, 2147483647);
        $process = proc_open(['oathtool', '--totp', '-b', '--now', "@$time", $secret], [1 => ['pipe', 'w']], $pipes);
        if ($process === false) {
            fwrite(STDERR, "oathtool is missing: install the package oathtool\n");
            exit(1);
        }
        $expected = trim((string) stream_get_contents($pipes[1]));
        same(0, proc_close($process), 'oathtool runs');
        same($expected, (new Totp($secret))->at($time), "oathtool, $secret at $time");
    }
}

$example = new Totp('QSARBVKLZHYHLJ3M');
for ($step = 0; $step <= 2000; $step++) {
    same(1, preg_match('/\A[0-9]{6}\z/', $example->at(30 * $step)), "six digits at step $step");
}
$before = time();
$now = $example->now();
same(true, in_array($now, [$example->at($before), $example->at(time())], true), 'the code of now');

foreach (['qsarbvklzhyhlj3m', 'QSAR BVKL ZHYH LJ3M', 'qsar-bvkl-zhyh-lj3m'] as $secret) {
    same($example->at(0), (new Totp($secret))->at(0), $secret);
}
foreach (['', 'QSARBVKLZHYHLJ3', 'QSARBVKLZHYHLJ3MA', 'QSARBVKLZHYHLJ31', 'QSARBVKL', "QSARBVKLZHYHLJ3M\n"] as $secret) {
    $message = refusal(fn () => new Totp($secret));
    same(1, preg_match('/\AThe secret is (not base32|too short)/', $message), 'what is no secret is refused');
    same(false, str_contains($message, 'QSARBVKL'), 'the message does not repeat the secret');
}
same('A time is in seconds since 1970.', refusal(fn () => $example->at(-1)), 'a time before 1970 is refused');

echo "$checks checks, $failures failures\n";
exit($failures === 0 ? 0 : 1);
