<?php
// A shop's hook: makes an account through WHM's XML API.
// usage: php account.php good|variable-in-string USER

[, $case, $user] = $argv;
$host = parse_url(getenv('WHM_URL'), PHP_URL_HOST) . ':' . parse_url(getenv('WHM_URL'), PHP_URL_PORT);
$ENV = [];
// Perl's variable within PHP's string, as people write it; and as it has to be
$prefix = $case === 'variable-in-string' ? "/\$ENV{'cp_security_token'}" : getenv('cp_security_token');
$query = "https://$host$prefix/xml-api/createacct?username=$user&domain=$user.example"
    . '&password=' . urlencode('Correct-horse-9-battery');
$curl = curl_init($query);
curl_setopt($curl, CURLOPT_HTTPHEADER, ['Authorization: whm root:' . getenv('WHM_TOKEN')]);
curl_setopt($curl, CURLOPT_SSL_VERIFYPEER, 0);
curl_setopt($curl, CURLOPT_SSL_VERIFYHOST, 0);
curl_setopt($curl, CURLOPT_RETURNTRANSFER, 1);
$result = curl_exec($curl);
$status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
if ($status === 200 && function_exists('simplexml_load_string')) {
    $answer = simplexml_load_string($result);
    echo $status, "\t", $answer->result->status, ' ', $answer->result->statusmsg, "\n";
} else {
    echo $status, "\t", trim((string) $result), "\n";
}
