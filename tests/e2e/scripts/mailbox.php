<?php
// A billing system's helper: makes a mailbox through WHM with an access hash, by the positional arguments of API 1.
// usage: php mailbox.php good|letters-stripped|variable-in-host MAILBOX

[, $case, $mailbox] = $argv;
$base = getenv('WHM_URL');
// the hash as the server's owner copied it: in many lines
$hash = file_get_contents(getenv('HASH_FILE'));
if ($case === 'letters-stripped') {
    // what remains of '(\r|\n)' once a page has eaten its backslashes: it takes letters out, and no line break
    $hash = preg_replace("'(r|n)'", '', $hash);
} else {
    $hash = preg_replace('/\s+/', '', $hash);
}
if ($case === 'variable-in-host') {
    $base = 'https://{"cp_security_token"}';
}
$query = $base . '/json-api/cpanel?cpanel_jsonapi_user=plain&cpanel_jsonapi_module=Email&cpanel_jsonapi_func=addpop'
    . '&cpanel_jsonapi_apiversion=1&arg-0=' . $mailbox . '&arg-1=' . urlencode('Correct-horse-9-battery')
    . '&arg-2=0&arg-3=plain.example';
$curl = curl_init();
curl_setopt($curl, CURLOPT_HTTPHEADER, ["Authorization: WHM root:$hash"]);
curl_setopt($curl, CURLOPT_SSL_VERIFYPEER, 0);
curl_setopt($curl, CURLOPT_SSL_VERIFYHOST, 0);
curl_setopt($curl, CURLOPT_TIMEOUT, 30);
curl_setopt($curl, CURLOPT_HEADER, 0);
curl_setopt($curl, CURLOPT_RETURNTRANSFER, 1);
curl_setopt($curl, CURLOPT_URL, $query);
$result = curl_exec($curl);
echo curl_getinfo($curl, CURLINFO_RESPONSE_CODE), "\t", $result === false ? curl_error($curl) : $result, "\n";
