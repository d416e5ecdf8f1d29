//! `Authorization: Basic`: a password with every request, and a code in `X-CPANEL-OTP` where one is needed.

use portreeve_crypt::SecretString;

use crate::app::App;
use crate::gate::denied::Denied;
use crate::gate::factor::with_header_code;
use crate::gate::password::prove_password;
use crate::gate::proof::Proof;
use crate::request::Request;

pub(super) async fn prove(
    app: &App,
    request: &Request,
    login: &str,
    password: SecretString,
) -> Result<Proof, Denied> {
    let proof = prove_password(app, request, login, password).await?;
    with_header_code(app, request, proof).await
}
