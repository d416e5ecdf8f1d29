//! `portreeve otp`: codes on the command line.

use anyhow::{Result, ensure};
use portreeve_e2e::program::{command, output, portreeve};

/// The secrets of RFC 6238, appendix B: 20, 32 and 64 bytes of `1234567890...` in base32.
const SHA1: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const SHA256: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA";
const SHA512: &str =
    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA";

/// What `portreeve otp` prints on its two outputs, and whether it ends well.
fn otp(arguments: &[&str]) -> Result<(String, String, bool)> {
    let printed = output(command(portreeve()?).arg("otp").args(arguments))?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok((text(printed.stdout), text(printed.stderr), printed.status.success()))
}

#[test]
fn the_codes_are_those_of_rfc_6238() -> Result<()> {
    let rows = [
        ("59", "94287082", "46119246", "90693936"),
        ("1111111109", "07081804", "68084774", "25091201"),
        ("1111111111", "14050471", "67062674", "99943326"),
        ("1234567890", "89005924", "91819424", "93441116"),
        ("2000000000", "69279037", "90698825", "38618901"),
        ("20000000000", "65353130", "77737706", "47863826"),
    ];
    for (at, sha1, sha256, sha512) in rows {
        for (secret, algorithm, code) in
            [(SHA1, "sha1", sha1), (SHA256, "sha256", sha256), (SHA512, "sha512", sha512)]
        {
            let (printed, _, good) = otp(&[secret, "--at", at, "--digits", "8", "--algorithm", algorithm])?;
            ensure!(good && printed == format!("{code}\n"), "{algorithm} at {at}: {printed}");
        }
    }
    Ok(())
}

#[test]
fn six_digits_are_usual_and_the_seconds_left_stand_apart() -> Result<()> {
    ensure!(otp(&[SHA1, "--at", "59"])? == ("287082\n".to_owned(), "1 seconds left\n".to_owned(), true));
    ensure!(otp(&[SHA1, "--at", "60"])?.1 == "30 seconds left\n");
    ensure!(otp(&[SHA1, "--at", "2005-03-18T01:58:29Z"])?.0 == "081804\n", "a time in words");
    ensure!(otp(&[SHA1, "--at", "59", "--digits", "7"])?.0 == "4287082\n");
    Ok(())
}

#[test]
fn the_code_of_now_is_the_one_that_oathtool_shows() -> Result<()> {
    for _ in 0..3 {
        let ours = otp(&[SHA1])?.0;
        let theirs = output(command("oathtool").args(["--totp", "-b", SHA1]))?.stdout;
        // a step may end between the two
        if ours.as_bytes() == theirs {
            return Ok(());
        }
    }
    anyhow::bail!("another code than oathtool's, three times")
}

#[test]
fn what_is_no_secret_time_or_number_of_digits_is_refused_and_a_secret_is_not_repeated() -> Result<()> {
    for (arguments, words) in [
        (vec!["QSARBVKLZHYHLJ31"], "the secret is not usable"),
        (vec!["QSARBV"], "the secret is not usable"),
        (vec![SHA1, "--at", "yesterday"], "is no time"),
        (vec![SHA1, "--digits", "5"], "digits"),
        (vec![SHA1, "--algorithm", "md5"], "sha1, sha256, sha512"),
    ] {
        let (printed, errors, good) = otp(&arguments)?;
        ensure!(!good && printed.is_empty() && errors.contains(words), "{arguments:?}: {errors}");
        ensure!(!errors.contains("QSAR") && !errors.contains(SHA1), "{errors}");
    }
    Ok(())
}
