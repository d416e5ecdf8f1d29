<?php

/** Logs in with a multipart form and a code, then calls within the session by POST without a body: curl, cookie jar. */

require 'clients/php/Totp.php';

$case = $argv[1];
$url = getenv('LOGIN_URL');

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

$form = [
    'user' => getenv('LOGIN_USER'),
    'pass' => $case === 'wrong password' ? 'not the password' : getenv('LOGIN_PASSWORD'),
    'tfa_token' => $code,
];
if ($case === 'no code') {
    unset($form['tfa_token']);
}

$jar = tempnam(getenv('TMPDIR'), 'jar');
$login = ask('login', "$url/login", [CURLOPT_POSTFIELDS => $form, CURLOPT_COOKIEJAR => $jar]);
if (!preg_match('~^Location: /(cpsess\d+)/~mi', $login, $found)) {
    exit;
}
$token = $found[1];

$call = '/execute/Email/list_pops';
$cookies = [CURLOPT_POST => true, CURLOPT_COOKIEFILE => $jar];
match ($case) {
    'token missing' => ask('refused', $url . $call, $cookies),
    'token wrong' => ask('refused', "$url/cpsess1000000001$call", $cookies),
    'cookie missing' => ask('refused', "$url/$token$call", [CURLOPT_POST => true]),
    'code twice' => ask('refused', "$url/login", [CURLOPT_POSTFIELDS => $form]),
    default => null,
};
ask('call', "$url/$token$call", $cookies);
unlink($jar);

/** Sends a request, prints what came of it, and returns the whole answer. The jar is written when this returns. */
function ask(string $step, string $url, array $options): string
{
    $handle = curl_init($url);
    curl_setopt_array($handle, $options + [
        CURLOPT_CAINFO => getenv('SSL_CERT_FILE'),
        CURLOPT_HEADER => true,
        CURLOPT_RETURNTRANSFER => true,
    ]);
    $answer = curl_exec($handle);
    if ($answer === false) {
        fwrite(STDERR, curl_error($handle) . "\n");
        exit(1);
    }
    $head = substr($answer, 0, curl_getinfo($handle, CURLINFO_HEADER_SIZE));
    $last = substr($head, (int) strrpos("\r\n\r\n" . rtrim($head), "\r\n\r\n"));
    preg_match('~^HTTP/\S+ (\d+) ?(.*?)\r~', ltrim($last), $status);
    $body = preg_replace('~\s+~', ' ', substr($answer, strlen($head)));
    echo implode("\t", [$step, $status[1], $status[2], $body]), "\n";
    return $answer;
}
