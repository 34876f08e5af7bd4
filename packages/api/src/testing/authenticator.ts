import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from "@mdreader/contract";
import { isoCBOR } from "@simplewebauthn/server/helpers";

/** Deviations of an authenticator and its browser from their usual behavior. */
export interface Ceremony {
  origin?: string;
  rpId?: string;
  /** Whether the authenticator has verified the person, which it does by default. */
  isVerified?: boolean;
  /** Whether a frame of another site asked. */
  crossOrigin?: boolean;
  /** The signature's counter. Authenticators that don't count always send 0. */
  counter?: number;
  userHandle?: string | null;
  /** The format of the attestation; `none` by default. */
  format?: string;
}

/** An authenticator in software, with a browser, which holds one passkey. */
export interface TestAuthenticator {
  /** The part of the passkey that a server stores. */
  readonly stored: { credentialId: Uint8Array; publicKey: Uint8Array; counter: number; transports: string[] };
  /** Answers `navigator.credentials.create()`. */
  create(
    options: Pick<PasskeyCreationOptions, "challenge" | "rp" | "user">,
    ceremony?: Ceremony,
  ): PasskeyAttestation;
  /** Answers `navigator.credentials.get()`, counting upward. */
  get(options: Pick<PasskeyRequestOptions, "challenge" | "rpId">, ceremony?: Ceremony): PasskeyAssertion;
}

const flags = { userPresent: 0x01, userVerified: 0x04, attestedData: 0x40 };

/**
 * @param origin The origin of the page in its browser.
 * @param userHandle The account of its passkey, if a server stores it already.
 */
export function createAuthenticator(origin: string, userHandle: string | null = null): TestAuthenticator {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const credentialId = randomBytes(32);
  const id = credentialId.toString("base64url");
  const cose = encodeKey(publicKey);
  let userId = userHandle;
  let counter = 0;

  const createAuthenticatorData = (
    rpId: string,
    { isVerified = true }: Ceremony,
    count: number,
    attested: Uint8Array = new Uint8Array(),
  ) => {
    const header = Buffer.alloc(5);
    const verified = isVerified ? flags.userVerified : 0;
    const withKey = attested.length > 0 ? flags.attestedData : 0;
    header.writeUInt8(flags.userPresent + verified + withKey, 0);
    header.writeUInt32BE(count, 1);
    return Buffer.concat([createHash("sha256").update(rpId).digest(), header, attested]);
  };

  const createClientData = (type: string, challenge: string, ceremony: Ceremony) =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge,
        origin: ceremony.origin ?? origin,
        crossOrigin: ceremony.crossOrigin ?? false,
      }),
    );

  return {
    stored: { credentialId, publicKey: cose, counter, transports: [] },
    create({ challenge, rp, user }, ceremony = {}) {
      userId = user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, cose]);
      const authData = createAuthenticatorData(ceremony.rpId ?? rp.id, ceremony, counter, attested);
      const attestationObject = isoCBOR.encode(
        new Map<string, string | Uint8Array | Map<string, string>>([
          ["fmt", ceremony.format ?? "none"],
          ["attStmt", new Map()],
          ["authData", authData],
        ]),
      );
      return {
        id,
        rawId: id,
        type: "public-key",
        response: {
          clientDataJSON: toBase64url(createClientData("webauthn.create", challenge, ceremony)),
          attestationObject: toBase64url(attestationObject),
          transports: ["internal"],
        },
      };
    },
    get({ challenge, rpId }, ceremony = {}) {
      counter += 1;
      const clientData = createClientData("webauthn.get", challenge, ceremony);
      const authData = createAuthenticatorData(ceremony.rpId ?? rpId, ceremony, ceremony.counter ?? counter);
      const signed = Buffer.concat([authData, createHash("sha256").update(clientData).digest()]);
      return {
        id,
        rawId: id,
        type: "public-key",
        response: {
          clientDataJSON: toBase64url(clientData),
          authenticatorData: toBase64url(authData),
          signature: toBase64url(sign("sha256", signed, privateKey)),
          userHandle: ceremony.userHandle === undefined ? userId : ceremony.userHandle,
        },
      };
    },
  };
}

/** Encodes a key of the curve P-256 in COSE format, for ES256. */
function encodeKey(key: KeyObject): Uint8Array {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const fields: [number, number | Uint8Array][] = [
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x, "base64url")],
    [-3, Buffer.from(y, "base64url")],
  ];
  return isoCBOR.encode(new Map(fields));
}

const toBase64url = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
