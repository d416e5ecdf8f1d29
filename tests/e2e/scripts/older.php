<?php

/** The older surfaces, as a billing system calls them: XML with a query, and API 1 with an access hash. */

[$whm, $hash] = [getenv('WHM_URL'), getenv('ACCESS_HASH')];
$user = $argv[1];

$created = read('created', "$whm/xml-api/createacct?username=$user&domain=$user.example&password=a-long-enough-secret");
echo "status\t", $created->result->status, "\t", $created->result->statusmsg, "\n";

$query = http_build_query([
    'cpanel_xmlapi_user' => $user,
    'cpanel_xmlapi_module' => 'Email',
    'cpanel_xmlapi_func' => 'addpop',
    'cpanel_xmlapi_apiversion' => '2',
    'email' => 'second',
    'password' => 'a-long-enough-secret',
    'quota' => 10,
    'domain' => "$user.example",
]);
$made = read('made', "$whm/xml-api/cpanel?$query");
echo "result\t", $made->data->result, "\t", $made->data->reason, "\n";

$query = http_build_query([
    'cpanel_jsonapi_user' => $user,
    'cpanel_jsonapi_module' => 'Email',
    'cpanel_jsonapi_func' => 'addpop',
    'cpanel_jsonapi_apiversion' => '1',
    'arg-0' => 'first',
    'arg-1' => 'a-long-enough-secret',
    'arg-2' => 0,
    'arg-3' => "$user.example",
]);
$event = json_decode(get("$whm/json-api/cpanel?$query"))->event;
echo "event\t", $event->result, "\t", $event->reason ?? '', "\n";

function read(string $step, string $url): SimpleXMLElement
{
    $document = simplexml_load_string(get($url));
    if ($document === false) {
        fwrite(STDERR, "$step: no XML\n");
        exit(1);
    }
    return $document;
}

function get(string $url): string
{
    global $hash;
    $handle = curl_init($url);
    curl_setopt_array($handle, [
        CURLOPT_CAINFO => getenv('SSL_CERT_FILE'),
        CURLOPT_HTTPHEADER => ["Authorization: WHM root:$hash"],
        CURLOPT_RETURNTRANSFER => true,
    ]);
    $body = curl_exec($handle);
    if ($body === false) {
        fwrite(STDERR, curl_error($handle) . "\n");
        exit(1);
    }
    return $body;
}
