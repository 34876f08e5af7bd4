import { describe, expect, it } from "vitest";

import { AppError } from "../../errors.ts";
import { countOutcomes } from "../../testing/failure.ts";
import { createPasswordHasher } from "./password-hasher.ts";

const passwords = createPasswordHasher();
const turn = { owner: "someone" };

describe("a password", () => {
  it("is hashed with argon2id over 64 MiB in three passes, with a salt", async () => {
    const [one, other] = await Promise.all([
      passwords.hash("secret one", turn),
      passwords.hash("secret one", turn),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
    expect(other).not.toBe(one);
  });

  it("matches only in full, whatever its length", async () => {
    const long = "x".repeat(72) + "y".repeat(184);
    const hash = await passwords.hash(long, turn);
    expect(await passwords.verify(hash, long, turn)).toBe(true);
    expect(await passwords.verify(hash, `${long.slice(0, 72)}z${long.slice(73)}`, turn)).toBe(false);
    expect(await passwords.verify(hash, long.slice(0, 255), turn)).toBe(false);
  });

  it("may contain any characters, and matches with composed and decomposed accents", async () => {
    const hash = await passwords.hash(" pässwörd 密码 🔑 ".normalize("NFC"), turn);
    expect(await passwords.verify(hash, " pässwörd 密码 🔑 ".normalize("NFD"), turn)).toBe(true);
    expect(await passwords.verify(hash, "pässwörd 密码 🔑", turn)).toBe(false);
    expect(await passwords.verify(hash, " password 密码 🔑 ", turn)).toBe(false);
  });

  it("never matches a missing hash", async () => {
    expect(await passwords.verify(null, "", turn)).toBe(false);
    expect(await passwords.verify(null, "anything", turn)).toBe(false);
    expect(await passwords.verify("no password", "no password", turn)).toBe(false);
  });
});

describe("the queue of the hasher", () => {
  it("rejects jobs that wait too long, without running them", async () => {
    const hasher = createPasswordHasher({ maxWaitMs: 1 });
    const { ok = 0, UNAVAILABLE: refused = 0 } = await countOutcomes(
      Array.from({ length: 20 }, () => hasher.verify(null, "guess", turn)),
    );
    expect(refused).toBeGreaterThan(0);
    expect(ok + refused).toBe(20);
    expect(await hasher.verify(await hasher.hash("after it", turn), "after it", turn)).toBe(true);
  });

  it("rejects jobs immediately when it is full, and continues with the others", async () => {
    const hasher = createPasswordHasher({ waitingLimit: 5 });
    const flood = Array.from({ length: 20 }, () => hasher.verify(null, "guess", turn));
    const turnedAway = await flood.at(-1)?.catch((error: unknown) => error);
    expect(turnedAway).toBeInstanceOf(AppError);
    expect(turnedAway).toMatchObject({ reason: "UNAVAILABLE", retryAfter: 5 });
    const { ok = 0, UNAVAILABLE: refused = 0 } = await countOutcomes(flood);
    expect(ok).toBeGreaterThanOrEqual(5);
    expect(ok + refused).toBe(20);
    expect(await hasher.verify(await hasher.hash("after it", turn), "after it", turn)).toBe(true);
  });

  it("does not block the event loop", async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await Promise.all(Array.from({ length: 4 }, () => passwords.hash("some password", turn)));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(4);
  });
});
