//! A headless Chromium, driven through its own driver program by the WebDriver protocol: JSON over HTTP, of which these
//! tests need six calls. (A library for it would bring more crates than the product has.)

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::program::{command, output, portreeve};
use crate::sandbox::PATIENCE;

/// A browser with a profile of its own. It ends when it is dropped, also when a test fails.
pub struct Browser {
    /// The driver, which ends the browser that it started.
    _driver: Driver,
    /// The address of its session.
    session: String,
}

/// The driver's process.
struct Driver(Child);

/// An element of the page that is shown.
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

/// The member that holds an element's identity (WebDriver, 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Browser {
    /// A new browser. It takes any certificate, as a developer does who clicks the warning away.
    ///
    /// # Errors
    /// When Chromium or its driver (Debian's `chromium` and `chromium-driver`) cannot be started.
    pub fn start() -> Result<Browser> {
        let mut starting = command("chromedriver");
        starting.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let child = starting.spawn().context("starting chromedriver (Debian's chromium-driver)")?;
        let mut driver = Driver(child);
        let driver_address = format!("http://127.0.0.1:{}/session", driver.port()?);
        let arguments =
            ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1000,1400"];
        let wanted = json!({
            "acceptInsecureCerts": true,
            "goog:chromeOptions": { "args": arguments },
        });
        let made = send("POST", &driver_address, &json!({ "capabilities": { "alwaysMatch": wanted } }))
            .context("starting Chromium")?;
        let id = made.get("sessionId").and_then(Value::as_str).context("a session")?;
        Ok(Browser { _driver: driver, session: format!("{driver_address}/{id}") })
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        send("POST", &format!("{}/{path}", self.session), body)
    }

    /// Opens an address.
    ///
    /// # Errors
    /// When the browser does not.
    pub fn open(&self, address: &str) -> Result<()> {
        self.post("url", &json!({ "url": address })).map(drop)
    }

    /// The address that is shown.
    ///
    /// # Errors
    /// When the browser does not say.
    pub fn address(&self) -> Result<String> {
        let address = send("GET", &format!("{}/url", self.session), &Value::Null)?;
        Ok(address.as_str().context("an address")?.to_owned())
    }

    /// The tab that is shown.
    ///
    /// # Errors
    /// When the browser does not say.
    pub fn tab(&self) -> Result<String> {
        let tab = send("GET", &format!("{}/window", self.session), &Value::Null)?;
        Ok(tab.as_str().context("a tab")?.to_owned())
    }

    /// Opens another tab and shows it.
    ///
    /// # Errors
    /// When the browser does not.
    pub fn open_tab(&self) -> Result<()> {
        let made = self.post("window/new", &json!({ "type": "tab" }))?;
        self.show_tab(made.get("handle").and_then(Value::as_str).context("a tab")?)
    }

    /// Shows a tab.
    ///
    /// # Errors
    /// When there is none.
    pub fn show_tab(&self, tab: &str) -> Result<()> {
        self.post("window", &json!({ "handle": tab })).map(drop)
    }

    /// Forgets every cookie of the site that is shown.
    ///
    /// # Errors
    /// When the browser does not.
    pub fn forget_cookies(&self) -> Result<()> {
        send("DELETE", &format!("{}/cookie", self.session), &Value::Null).map(drop)
    }

    /// What a script answers that runs in the page.
    ///
    /// # Errors
    /// When it fails.
    pub fn run(&self, script: &str) -> Result<Value> {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    fn find(&self, using: &str, value: &str) -> Result<Element<'_>> {
        let found = self.post("element", &json!({ "using": using, "value": value }));
        let found = found.with_context(|| format!("{value} at {}", self.address().unwrap_or_default()))?;
        let id = found.get(ELEMENT).and_then(Value::as_str).context("an element")?.to_owned();
        Ok(Element { browser: self, id })
    }

    /// The element of this id.
    ///
    /// # Errors
    /// When the page has none.
    pub fn element(&self, id: &str) -> Result<Element<'_>> {
        self.find("css selector", &format!("[id=\"{id}\"]"))
    }

    /// The text of the element of this id, as a reader sees it.
    ///
    /// # Errors
    /// When the page has none.
    pub fn text(&self, id: &str) -> Result<String> {
        self.element(id)?.text()
    }

    /// Types into the field of this id, in the place of what it held.
    ///
    /// # Errors
    /// When the page has none.
    pub fn fill(&self, id: &str, text: &str) -> Result<()> {
        let field = self.element(id)?;
        field.post("clear", &json!({}))?;
        field.post("value", &json!({ "text": text })).map(drop)
    }

    /// Clicks on the button or link that says this, or is called this, and waits for the page that follows.
    ///
    /// The driver waits only for what the browser has begun to fetch when the click returns; on a busy machine a form
    /// is sent later than that.
    ///
    /// # Errors
    /// When the page has none, or no page follows.
    pub fn click(&self, label: &str) -> Result<()> {
        let path = format!(
            "//button[normalize-space()='{label}' or @aria-label='{label}'] | //a[normalize-space()='{label}']"
        );
        let clicked = self.find("xpath", &path)?;
        let page = self.find("css selector", "html")?;
        clicked.click()?;
        for _ in 0..PATIENCE {
            if page.is_gone()? && self.run("return document.readyState")? == "complete" {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("no page followed the click on {label}")
    }

    /// Keeps a picture of the page beside the test's build, for people to look at; says where.
    ///
    /// # Errors
    /// When there is none.
    pub fn picture(&self, name: &str) -> Result<PathBuf> {
        let directory = portreeve()?.with_file_name("screenshots");
        std::fs::create_dir_all(&directory)?;
        let file = directory.join(format!("{name}.png"));
        let picture = send("GET", &format!("{}/screenshot", self.session), &Value::Null)?;
        std::fs::write(&file, STANDARD.decode(picture.as_str().context("a picture")?)?)?;
        Ok(file)
    }
}

impl Element<'_> {
    fn post(&self, what: &str, body: &Value) -> Result<Value> {
        self.browser.post(&format!("element/{}/{what}", self.id), body)
    }

    fn get(&self, what: &str) -> Result<Value> {
        send("GET", &format!("{}/element/{}/{what}", self.browser.session, self.id), &Value::Null)
    }

    /// Clicks on it. A page that follows may come later.
    ///
    /// # Errors
    /// When it cannot be clicked on.
    pub fn click(&self) -> Result<()> {
        self.post("click", &json!({})).map(drop)
    }

    /// Whether the page that it was on has given way to another.
    fn is_gone(&self) -> Result<bool> {
        match self.get("name") {
            Ok(_) => Ok(false),
            Err(error) if error.to_string().starts_with("stale element reference") => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Its text, as a reader sees it.
    ///
    /// # Errors
    /// When it is gone.
    pub fn text(&self) -> Result<String> {
        Ok(self.get("text")?.as_str().context("a text")?.to_owned())
    }

    /// Whether a box is ticked.
    ///
    /// # Errors
    /// When it is gone.
    pub fn is_selected(&self) -> Result<bool> {
        self.get("selected")?.as_bool().context("ticked or not")
    }
}

impl Driver {
    /// The port that it says it has taken.
    fn port(&mut self) -> Result<u16> {
        let stdout = self.0.stdout.take().context("chromedriver has no standard output")?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            if let Some(port) = line.strip_prefix("ChromeDriver was started successfully on port ") {
                return port.trim_end_matches('.').parse().context("chromedriver's port");
            }
        }
        bail!("chromedriver did not say its port")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // the session's end closes the browser; it may have ended already, which is as good
        let _ = send("DELETE", &self.session, &Value::Null);
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// Every answer of the protocol.
#[derive(Deserialize)]
struct Answer {
    value: Value,
}

/// One call of the protocol: the `value` of its answer, or the error that it holds.
fn send(method: &str, address: &str, body: &Value) -> Result<Value> {
    let mut curl = command("curl");
    curl.args(["--silent", "--show-error", "--noproxy", "*", "--request", method]);
    if method == "POST" {
        curl.args(["--header", "Content-Type: application/json", "--data-raw", &body.to_string()]);
    }
    let printed = output(curl.arg(address))?;
    if !printed.status.success() {
        bail!("{method} {address}: {}", String::from_utf8_lossy(&printed.stderr));
    }
    let Answer { value } = serde_json::from_slice(&printed.stdout).context("the driver's answer")?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    match text("error") {
        Some(error) => bail!("{error}: {}", text("message").unwrap_or_default()),
        None => Ok(value),
    }
}
