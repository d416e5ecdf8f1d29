//! As whom programs run, and whose programs.

use std::fs;
use std::os::unix::fs::chown;

use portreeve_testkit::TestServer;

use crate::support::*;

async fn status(server: &TestServer, place: &str) -> (u16, String) {
    let answer = server.client(Cpanel).get(place).basic("plain", "plainpass").send().await;
    (answer.status, answer.text())
}

#[tokio::test]
async fn a_program_is_never_roots_and_has_no_way_back() {
    let server = start().await;
    let ids = r#"open my $f, '<', '/proc/self/status' or die; print grep /^(?:Uid|Gid|Groups|NoNewPrivs|Cap(?:Eff|Prm|Amb)):/, <$f>;"#;
    perl(&server, "3rdparty/a/id.cgi", &format!("{TEXT} {ids}"));
    let (code, text) = status(&server, "/3rdparty/a/id.cgi").await;
    assert_eq!(code, 200, "{text}");
    let uid = if is_root() { 65534 } else { rustix::process::getuid().as_raw() };
    assert!(text.contains(&format!("Uid:\t{uid}\t{uid}\t{uid}\t{uid}\n")), "{text}");
    assert!(text.contains("NoNewPrivs:\t1\n"), "{text}");
    if is_root() {
        assert!(text.contains("Gid:\t65534\t65534\t65534\t65534\n"), "{text}");
        assert!(text.contains("Groups:\t65534 \n") || text.contains("Groups:\t65534\n"), "{text}");
        assert_eq!(text.matches("\t0000000000000000\n").count(), 3, "{text}");
    }
}

#[tokio::test]
async fn what_others_could_have_written_is_not_run() {
    let server = start().await;
    let path = perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print 'ran';"));
    let place = "/3rdparty/a/run.cgi";
    assert_eq!(status(&server, place).await, (200, "ran".to_owned()));
    for (bits, why) in
        [(0o775, "other users may write"), (0o757, "other users may write"), (0o644, "not executable")]
    {
        mode(&path, bits);
        let (code, text) = status(&server, place).await;
        assert!(code == 403 && text.contains(why), "{bits:o}: {code} {text}");
    }
    mode(&path, 0o755);
    mode(path.parent().unwrap(), 0o777);
    assert_eq!(status(&server, place).await.0, 403);
    mode(path.parent().unwrap(), 0o755);
    assert_eq!(status(&server, place).await.0, 200);
    // giving a file away takes root
    if is_root() {
        chown(&path, Some(4321), None).unwrap();
        let (code, text) = status(&server, place).await;
        assert!(code == 403 && text.contains("belongs to another user"), "{code} {text}");
    }
}

#[tokio::test]
async fn a_program_has_its_three_descriptors_and_no_other() {
    let server = start().await;
    let list = r#"opendir my $d, '/proc/self/fd' or die; my $own = fileno($d) // -1;
        print join ' ', grep { /^\d/ && readlink("/proc/self/fd/$_") !~ m{/proc/|/run.cgi$} } sort readdir $d;"#;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} {list}"));
    assert_eq!(status(&server, "/3rdparty/a/run.cgi").await, (200, "0 1 2".to_owned()));
}

#[tokio::test]
async fn a_run_sees_no_processes_but_its_own() {
    let server = start().await;
    let count = r#"opendir my $d, '/proc' or die; print scalar grep /^\d+$/, readdir $d;"#;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} {count}"));
    let (code, text) = status(&server, "/3rdparty/a/run.cgi").await;
    let seen: usize = text.parse().unwrap();
    // the keeper and the program, where a namespace can be made
    assert!(code == 200 && (!is_root() || seen == 2), "{text}");
}

#[tokio::test]
async fn no_way_up_from_its_folder_leads_to_the_processes_of_others() {
    let server = start().await;
    let up = "../".repeat(30);
    let count = format!("opendir my $d, '{up}proc' or die; print scalar grep /^\\d+$/, readdir $d;");
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} {count}"));
    let (code, text) = status(&server, "/3rdparty/a/run.cgi").await;
    assert!(code == 200 && (!is_root() || text == "2"), "{code} {text}");
}

#[tokio::test]
async fn without_a_spawner_programs_are_off_and_files_are_not() {
    let server = TestServer::start().await;
    perl(&server, "3rdparty/a/run.cgi", TEXT);
    file(&server, "3rdparty/a/page.html", "page");
    let (code, text) = status(&server, "/3rdparty/a/run.cgi").await;
    assert!(code == 503 && text.contains("Programs are not run by this server."), "{code} {text}");
    assert_eq!(status(&server, "/3rdparty/a/page.html").await, (200, "page".to_owned()));
    assert!(fs::metadata(server.plugins()).unwrap().is_dir());
}

#[tokio::test]
async fn whms_programs_run_as_a_user_that_no_account_has() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print $<;"));
    let mut uids = Vec::new();
    for (service, user) in [(Cpanel, "plain"), (Whm, "asder"), (Whm, "root")] {
        let session = server.session(service, user).await;
        uids.push(session.get("/3rdparty/a/run.cgi").send().await.text());
    }
    let [account, reseller, root] = uids.try_into().unwrap();
    assert_eq!(reseller, root);
    assert_eq!(account != root, is_root(), "{account} {root}");
}

/// Leaves something in every place where everybody may write, and says what others have left there.
const LEAVE: &str = r#"my @found; for my $folder ('/tmp', '/var/tmp', '/dev/shm') {
        push @found, grep { /left-by-/ } glob("$folder/*");
        open my $f, '>', "$folder/left-by-$ENV{USER}" or die "$folder: $!"; close $f; }
    push @found, 'segment' if defined shmget(0x70072, 64, 0);
    shmget(0x70072, 64, 01600) // die "shmget: $!";
    print "[@found]";"#;

#[tokio::test]
async fn nothing_that_a_run_leaves_anywhere_is_there_for_another() {
    if !is_root() {
        return; // a sandbox that runs programs as its own user shares that user's folders with them, and says so
    }
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} {LEAVE}"));
    for (user, service) in [("plain", Cpanel), ("plain", Cpanel), ("cptest", Cpanel), ("root", Whm)] {
        let session = server.session(service, user).await;
        let answer = session.get("/3rdparty/a/run.cgi").send().await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "[]"), "{user}: {answer:?}");
    }
    for folder in ["/tmp", "/var/tmp", "/dev/shm"] {
        let left = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.file_name());
        let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("left-by-")).collect();
        assert!(left.is_empty(), "{folder}: {left:?}");
    }
}

#[tokio::test]
async fn a_folder_above_that_others_may_write_to_closes_what_is_below_it() {
    let server = start().await;
    perl(&server, "3rdparty/shop/public/run.cgi", &format!("{TEXT} print 'ran';"));
    file(&server, "3rdparty/shop/public/run.php", "<?php echo 'ran';");
    let shop = server.plugins().join("3rdparty/shop");
    for place in ["/3rdparty/shop/public/run.cgi", "/3rdparty/shop/public/run.php"] {
        assert_eq!(status(&server, place).await, (200, "ran".to_owned()), "{place}");
        mode(&shop, 0o777);
        let (code, text) = status(&server, place).await;
        assert!(code == 403 && text.contains("a folder above it"), "{place}: {code} {text}");
        mode(&shop, 0o755);
        if is_root() {
            chown(&shop, Some(4321), None).unwrap();
            let (code, text) = status(&server, place).await;
            assert!(code == 403 && text.contains("belongs to another user"), "{place}: {code} {text}");
            chown(&shop, Some(0), None).unwrap();
        }
    }
}
