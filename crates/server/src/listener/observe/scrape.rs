//! The metrics as they are now. docs/metrics.md says what each one means.

use super::reading::Reading;
use crate::app::App;
use crate::metrics::{Text, plain};

/// Everything, in Prometheus' text format.
pub(super) fn text(app: &App, reading: &Reading) -> String {
    let mut text = Text::default();
    let version = concat!("version=\"", env!("CARGO_PKG_VERSION"), "\"").to_owned();
    text.gauge("portreeve_build_info", "What this is.", [(version, 1)]);
    requests(app, &mut text);
    passwords(app, &mut text);
    records(app, reading, &mut text);
    process(app, reading, &mut text);
    text.into_string()
}

fn requests(app: &App, text: &mut Text) {
    let metrics = &app.metrics;
    text.counter("portreeve_http_requests_total", "Requests answered.", metrics.requests.samples());
    text.counter(
        "portreeve_http_refusals_total",
        "Connections ended because what came is no request.",
        metrics.refusals.samples(),
    );
    text.gauge("portreeve_connections_open", "Connections.", metrics.open_connections.samples());
    text.counter(
        "portreeve_connections_refused_total",
        "Connections that a limit refused.",
        metrics.refused_connections.samples(),
    );
    text.counter("portreeve_gate_outcomes_total", "What the gate said of requests.", metrics.gate.samples());
    text.counter("portreeve_logins_total", "Logins, by how they ended.", metrics.logins.samples());
    text.counter(
        "portreeve_request_log_lost_lines_total",
        "Lines of the request log that no disk took in time.",
        plain(Some(app.log.lost())),
    );
}

fn passwords(app: &App, text: &mut Text) {
    let hasher = &app.environment.hasher;
    let load = hasher.load();
    text.counter(
        "portreeve_password_verifications_total",
        "Passwords that were to be verified by hashing.",
        plain(Some(hasher.verified())),
    );
    text.gauge("portreeve_password_hashes_running", "Passwords being hashed.", plain(Some(load.running)));
    text.gauge(
        "portreeve_password_hashes_waiting",
        "Passwords waiting for a thread.",
        plain(Some(load.waiting)),
    );
    text.counter(
        "portreeve_password_hashes_refused_total",
        "Passwords that no thread had time for.",
        plain(Some(load.refused)),
    );
}

fn records(app: &App, reading: &Reading, text: &mut Text) {
    text.gauge(
        "portreeve_records_up",
        "Whether the records are in reach.",
        plain(Some(u8::from(reading.trail.is_some()))),
    );
    text.counter(
        "portreeve_records_statements_total",
        "SQL statements sent.",
        plain(Some(app.environment.store.queries())),
    );
    text.gauge(
        "portreeve_audit_trail_sequence",
        "Number of the last entry in this node's audit trail.",
        plain(reading.trail),
    );
}

fn process(app: &App, reading: &Reading, text: &mut Text) {
    let started = app.metrics.started.millis();
    let started = format!("{}.{:03}", started.div_euclid(1000), started.rem_euclid(1000));
    text.gauge("process_start_time_seconds", "Start, in seconds since 1970.", plain(Some(started)));
    let Some(process) = reading.process else { return };
    text.counter(
        "process_cpu_seconds_total",
        "Seconds of processors' time, user and system.",
        plain(process.cpu_seconds),
    );
    text.gauge("process_virtual_memory_bytes", "Address space in bytes.", plain(process.virtual_memory));
    text.gauge("process_resident_memory_bytes", "Memory in bytes.", plain(process.resident_memory));
    text.gauge("process_open_fds", "Open file descriptors.", plain(process.open_descriptors));
    text.gauge("process_max_fds", "Most open file descriptors.", plain(process.most_descriptors));
}
