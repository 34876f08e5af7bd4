import { createId } from "@mdreader/db";
import { describe, expect } from "vitest";

import { insertMember, insertUser, catchReason } from "../../testing/index.ts";
import { comments, test as base } from "./comment.fixture.ts";

const test = base
  /** A member with a space in their name. */
  .extend("ada", async ({ app, workspaceId }) => {
    const ada = await insertUser(app, { username: `Ada ${createId()}` });
    await insertMember(app, workspaceId, ada, "viewer");
    return ada;
  })
  /** The emails about mentions that were sent during the test. */
  .extend("mails", ({ app }) => {
    app.services.mailer.mails.splice(0);
    return () =>
      app.services.mailer.mails.flatMap((mail) =>
        mail.kind === "mention" ? [[mail.to, mail.text] as const] : [],
      );
  });

describe("a mention", () => {
  test("emails the member, ignoring case and allowing spaces in the name, and nobody else", async ({
    ada,
    viewer,
    editor,
    documentId,
    mails,
  }) => {
    const body = `Hi @${ada.username.toUpperCase()}, and @${viewer.username}. I am @${editor.username}; a@${viewer.username}x`;
    const { mentions } = await comments(editor).create({ documentId, body });
    expect(mentions.map(({ id }) => id).toSorted()).toEqual([ada.id, editor.id, viewer.id].toSorted());
    expect(new Map(mails())).toEqual(
      new Map([
        [ada.email, body],
        [viewer.email, body],
      ]),
    );
  });

  test("of a non-member is plain text, like that of an unknown name", async ({
    editor,
    documentId,
    outsider,
    mails,
  }) => {
    const { id: _, ...foreign } = await comments(editor).create({
      documentId,
      body: `@${outsider.username}`,
    });
    const { id: __, ...made } = await comments(editor).create({ documentId, body: "@user-000000000000" });
    expect(foreign.mentions).toEqual([]);
    expect(made.mentions).toEqual([]);
    expect(Object.keys(foreign)).toEqual(Object.keys(made));
    expect(mails()).toEqual([]);
  });

  test("matches the longest name", async ({ app, workspaceId, editor, documentId }) => {
    const short = await insertUser(app, { username: `eve${createId().slice(-8)}` });
    const long = await insertUser(app, { username: `${short.username} smith` });
    for (const member of [short, long]) await insertMember(app, workspaceId, member, "viewer");
    const { mentions } = await comments(editor).create({
      documentId,
      body: `@${long.username}, @${short.username}x`,
    });
    expect(mentions.map(({ id }) => id)).toEqual([long.id]);
  });

  test("matches a name whose accents are separate characters", async ({
    app,
    workspaceId,
    editor,
    documentId,
  }) => {
    const accented = await insertUser(app, { username: `Jos\u00e9${createId().slice(-8)}` });
    await insertMember(app, workspaceId, accented, "viewer");
    const body = `Hi @${accented.username.normalize("NFD")}!`;
    const { mentions } = await comments(editor).create({ documentId, body });
    expect(mentions.map(({ id }) => id)).toEqual([accented.id]);
  });

  test("sends an email when a change adds it, but not if it was there before", async ({
    editor,
    documentId,
    ada,
    viewer,
    mails,
  }) => {
    const { id } = await comments(editor).create({ documentId, body: `@${ada.username}` });
    await comments(editor).update({ documentId, id, body: `@${ada.username} @${viewer.username}` });
    expect(mails().map(([to]) => to)).toEqual([ada.email, viewer.email]);
  });

  test("is rate-limited", async ({ limitAttempts, editor, documentId, ada }) => {
    limitAttempts({ mention: 2 });
    const mention = () => comments(editor).create({ documentId, body: `@${ada.username}` });
    await mention();
    await mention();
    expect(await catchReason(mention())).toBe("RATE_LIMITED");
    await comments(editor).create({ documentId, body: "nobody" });
  });
});
