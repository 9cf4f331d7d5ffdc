//! A passkey in a few lines, for tests: its private key is 1, so its public key is the base point of P-256, and a signature
//! with the nonce 1 is an addition.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The base point and the order of P-256 (FIPS 186-4, D.1.2.3).
const X: [u8; 32] = hex32(b"6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
const Y: [u8; 32] = hex32(b"4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
const N: [u8; 32] = hex32(b"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

const fn hex32(text: &[u8; 64]) -> [u8; 32] {
    const fn digit(c: u8) -> u8 {
        if c.is_ascii_digit() { c - b'0' } else { c - b'a' + 10 }
    }
    let mut out = [0; 32];
    let mut at = 0;
    while at < 32 {
        out[at] = digit(text[2 * at]) * 16 + digit(text[2 * at + 1]);
        at += 1;
    }
    out
}

/// A passkey on somebody's device.
#[derive(Debug, Clone)]
pub struct Authenticator {
    id: Vec<u8>,
    user: String,
    origin: &'static str,
    /// How often it was used.
    pub counter: u32,
    /// Did the person show a finger, or only press a button?
    pub verified: bool,
}

impl Authenticator {
    /// A device with a number of its own, at the address of the samples.
    pub fn new(n: u8) -> Self {
        let origin = "https://connector.example.org";
        Self { id: vec![n; 16], user: String::new(), origin, counter: 0, verified: true }
    }

    /// The same device, on a page of another site that looks like ours.
    pub fn on(&self, origin: &'static str) -> Self {
        Self { origin, ..self.clone() }
    }

    /// Its id as it is kept.
    pub fn id(&self) -> String {
        crate::model::listing::hex(&self.id)
    }

    /// Makes a credential, as `navigator.credentials.create` does.
    pub fn create(&mut self, options: &Value) -> Value {
        self.user = options["publicKey"]["user"]["id"].as_str().unwrap().to_owned();
        let mut data = self.data(options["publicKey"]["rp"]["id"].as_str().unwrap(), 0x40);
        data.extend([0; 16]);
        data.extend([0, self.id.len() as u8]);
        data.extend(&self.id);
        data.extend([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]);
        data.extend(X);
        data.extend([0x22, 0x58, 32]);
        data.extend(Y);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(data.len() as u8);
        object.extend(data);
        let said = self.said("webauthn.create", options);
        let response = json!({ "attestationObject": base64(&object), "clientDataJSON": base64(said.as_bytes()) });
        self.credential(&response)
    }

    /// Shows the credential, as `navigator.credentials.get` does.
    pub fn get(&mut self, options: &Value) -> Value {
        self.counter += 1;
        let data = self.data(options["publicKey"]["rpId"].as_str().unwrap(), 0);
        let said = self.said("webauthn.get", options);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(said.as_bytes()));
        let response = json!({
            "authenticatorData": base64(&data), "clientDataJSON": base64(said.as_bytes()),
            "signature": base64(&sign(&Sha256::digest(&signed).into())), "userHandle": self.user,
        });
        self.credential(&response)
    }

    fn credential(&self, response: &Value) -> Value {
        let id = base64(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "extensions": {} })
    }

    fn said(&self, kind: &str, options: &Value) -> String {
        let challenge = &options["publicKey"]["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string()
    }

    fn data(&self, site: &str, more: u8) -> Vec<u8> {
        let mut data = Sha256::digest(site.as_bytes()).to_vec();
        data.push(1 | more | if self.verified { 4 } else { 0 });
        data.extend(self.counter.to_be_bytes());
        data
    }
}

/// (r, s) of a digest: r is the x of the base point, s = digest + r.
fn sign(digest: &[u8; 32]) -> Vec<u8> {
    let mut s = [0_u8; 32];
    let mut carry = 0_u16;
    for at in (0..32).rev() {
        let sum = u16::from(digest[at]) + u16::from(X[at]) + carry;
        s[at] = sum as u8;
        carry = sum >> 8;
    }
    if carry == 1 || s >= N {
        let mut borrow = 0_i16;
        for at in (0..32).rev() {
            let difference = i16::from(s[at]) - i16::from(N[at]) - borrow;
            borrow = i16::from(difference < 0);
            s[at] = difference.rem_euclid(256) as u8;
        }
    }
    let integer = |bytes: &[u8]| {
        let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        let sign = usize::from(bytes[0] > 127);
        [vec![2, (bytes.len() + sign) as u8], vec![0; sign], bytes.to_vec()].concat()
    };
    let both = [integer(&X), integer(&s)].concat();
    [vec![0x30, both.len() as u8], both].concat()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for part in bytes.chunks(3) {
        let number = part.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        for place in 0..=part.len() {
            out.push(LETTERS[(number >> (18 - 6 * place)) as usize & 63].into());
        }
    }
    out
}
