<?php

/** A code beside the password in each request, and an API token: curl. */

require 'clients/php/Totp.php';

$case = $argv[1];

$code = (new Portreeve\Totp(getenv('LOGIN_SECRET')))->now();
if ($case === 'wrong code') {
    $code = sprintf('%06d', ($code + 500_000) % 1_000_000);
}
if ($case === 'code without its zeros') {
    $code = (int) $code; // as libraries that answer with a number do
    if (strlen((string) $code) === 6) {
        exit(1);
    }
}

$password = $case === 'wrong password' ? 'not the password' : getenv('LOGIN_PASSWORD');
$factor = $case === 'no code' ? [] : ["X-CPANEL-OTP: $code"];
$basic = 'Authorization: Basic ' . base64_encode(getenv('LOGIN_USER') . ":$password");
foreach (range(1, $case === 'code twice' ? 2 : 1) as $_) {
    ask('password', getenv('LOGIN_URL') . '/execute/Email/list_pops', [$basic, ...$factor]);
}

$token = $case === 'token wrong' ? str_repeat('A', 32) : getenv('WHM_TOKEN');
$header = $case === 'token missing' ? [] : ['Authorization: whm ' . getenv('WHM_USER') . ":$token"];
ask('token', getenv('WHM_URL') . '/json-api/applist?api.version=1', [...$header, ...$factor]);

function ask(string $step, string $url, array $headers): void
{
    $reason = '';
    $handle = curl_init($url);
    curl_setopt_array($handle, [
        CURLOPT_CAINFO => getenv('SSL_CERT_FILE'),
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HEADERFUNCTION => function ($_, string $line) use (&$reason): int {
            if (preg_match('~^HTTP/\S+ \d+ ?(.*?)\r?\n~', $line, $status)) {
                $reason = $status[1];
            }
            return strlen($line);
        },
    ]);
    $body = curl_exec($handle);
    if ($body === false) {
        fwrite(STDERR, curl_error($handle) . "\n");
        exit(1);
    }
    $body = preg_replace('~\s+~', ' ', $body);
    echo implode("\t", [$step, curl_getinfo($handle, CURLINFO_RESPONSE_CODE), $reason, $body]), "\n";
}
