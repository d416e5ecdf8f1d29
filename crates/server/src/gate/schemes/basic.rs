//! `Authorization: Basic`: a password with every request, and a code in `X-CPANEL-OTP` where one is needed.

use portreeve_crypt::{SecretString, strength};

use crate::app::App;
use crate::gate::Wanted;
use crate::gate::demands::Means;
use crate::gate::denied::Denied;
use crate::gate::factor::with_header_code;
use crate::gate::password::{Verification, prove_password};
use crate::gate::proof::Proof;
use crate::request::Request;

pub(super) async fn prove(
    app: &App,
    request: &Request,
    wanted: Wanted,
    login: &str,
    password: SecretString,
) -> Result<(Proof, Means), Denied> {
    let judged = password.clone();
    let proof = prove_password(app, request, login, password, Verification::OrRemembered).await?;
    let proof = with_header_code(app, request, proof).await?;
    // judging takes time, and only this policy wants it, now or while a plugin's program runs
    let is_judged = wanted == Wanted::Plugin || app.environment.store.policies().await?.password_strength;
    let strength = if is_judged { strength(&judged) } else { 100 };
    Ok((proof, Means::Password { strength, address: request.connection.peer.address() }))
}
