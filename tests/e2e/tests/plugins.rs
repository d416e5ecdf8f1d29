//! Plugins as people write them for the original: the token in a program's environment and in a page's script, with
//! security tokens switched on and off.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Result, ensure};
use portreeve_e2e::browser::Browser;
use portreeve_e2e::curl::whm;
use portreeve_e2e::sandbox::{Options, Sandbox};

/// A page with the usual two lines of script. It calls its own program as they mean it, and as it was before tokens.
const PAGE: &str = r#"#!/usr/bin/perl
print <<"PAGE";
Content-Type: text/html

<!DOCTYPE html><title>A plugin</title>
<script>
if ( !("CPANEL" in window) ) CPANEL = {};
CPANEL.security_token = "$ENV{'cp_security_token'}";
</script>
<p id="with"></p><p id="without"></p>
<script>
function ask(id, ajaxURL) {
    var request = new XMLHttpRequest();
    request.open("GET", ajaxURL, false);
    request.send();
    document.getElementById(id).textContent = request.status + " " + request.responseText.slice(0, 20);
}
var ajaxURL = CPANEL.security_token + '/3rdparty/ZZZ/zzz.cgi';
ask("with", ajaxURL);
ask("without", '/3rdparty/ZZZ/zzz.cgi');
</script>
PAGE
"#;

const ANSWER: &str = r#"#!/usr/bin/perl
print "Content-Type: text/plain\n\nhello $ENV{REMOTE_USER}";
"#;

/// A program of WHM that calls the XML API under the token, on this machine's plain port.
const CALL: &str = r#"#!/usr/bin/perl
use strict;
use warnings;
use HTTP::Tiny;

my $url    = 'listaccts?api.version=1';
my $APIurl = "$ENV{'cp_security_token'}/xml-api/$url";
my $port   = $ENV{'SERVER_PORT'} - 1;
my $answer = HTTP::Tiny->new->get(
    "http://127.0.0.1:$port$APIurl", { headers => { Authorization => "ticket $ENV{PORTREEVE_CALL_TICKET}" } } );
print "Content-Type: text/html\n\n<pre id=\"token\">[$ENV{'cp_security_token'}]</pre><pre id=\"answer\">";
print $answer->{status}, q{ }, $answer->{content} =~ /<domain>plain[.]example</ ? 'listed' : 'not listed', '</pre>';
"#;

fn with_plugins() -> Result<Sandbox> {
    let sandbox = Sandbox::with(&Options { arguments: &["--cgi"], ..Options::default() })?;
    // programs run as somebody else, who has to get there
    fs::set_permissions(sandbox.work(), fs::Permissions::from_mode(0o711))?;
    let plugins = sandbox.data_dir()?.join("plugins");
    for (place, text) in
        [("3rdparty/ZZZ/index.cgi", PAGE), ("3rdparty/ZZZ/zzz.cgi", ANSWER), ("cgi/call/index.cgi", CALL)]
    {
        let file = plugins.join(place);
        fs::create_dir_all(file.parent().unwrap_or(&plugins))?;
        fs::write(&file, text)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    }
    Ok(sandbox)
}

/// Logs in, and opens an address: under the session's token, or as it stands where tokens are switched off.
fn open(browser: &Browser, base: &str, user: (&str, &str), tokens: &str, path: &str) -> Result<()> {
    browser.open(base)?;
    browser.forget_cookies()?;
    browser.open(base)?;
    browser.fill("user", user.0)?;
    browser.fill("pass", user.1)?;
    browser.click("Log in")?;
    browser.text("logged_in_as")?;
    let address = browser.address()?;
    let token = address.trim_start_matches(base).split('/').nth(1).unwrap_or_default();
    ensure!(token.starts_with("cpsess"), "{address}");
    let prefix = if tokens == "1" { format!("/{token}") } else { String::new() };
    browser.open(&format!("{base}{prefix}{path}"))
}

#[test]
fn a_pages_script_learns_the_token_and_its_calls_need_it_only_where_tokens_are_on() -> Result<()> {
    let sandbox = with_plugins()?;
    let browser = Browser::start()?;
    for (tokens, without) in [("1", "401 "), ("0", "200 hello plain")] {
        whm(&sandbox, "set_tweaksetting", &[("key", "security_tokens"), ("value", tokens)])?;
        let user = ("plain", "plainpass");
        open(&browser, &sandbox.tls("cpanel")?, user, tokens, "/3rdparty/ZZZ/index.cgi")?;
        browser.picture(&format!("plugin-{tokens}"))?;
        ensure!(browser.text("with")? == "200 hello plain", "{tokens}: {}", browser.text("with")?);
        ensure!(browser.text("without")?.starts_with(without), "{tokens}: {}", browser.text("without")?);
    }
    Ok(())
}

#[test]
fn a_program_puts_the_token_before_its_call_and_that_works_with_and_without_tokens() -> Result<()> {
    let sandbox = with_plugins()?;
    let browser = Browser::start()?;
    for tokens in ["1", "0"] {
        whm(&sandbox, "set_tweaksetting", &[("key", "security_tokens"), ("value", tokens)])?;
        let user = ("root", "sandbox");
        open(&browser, &sandbox.tls("whm")?, user, tokens, "/cgi/call/index.cgi")?;
        let token = browser.text("token")?;
        ensure!(token.starts_with("[/cpsess") == (tokens == "1"), "{tokens}: {token}");
        ensure!(token == "[]" || tokens == "1", "{tokens}: {token}");
        ensure!(browser.text("answer")? == "200 listed", "{tokens}: {}", browser.text("answer")?);
    }
    Ok(())
}
