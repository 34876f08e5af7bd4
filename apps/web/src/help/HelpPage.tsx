import { Link, useNavigate, useParams } from "@tanstack/react-router";

import accessibility from "../../../../docs/guide/accessibility.md?raw";
import finding from "../../../../docs/guide/finding-documents.md?raw";
import keyboard from "../../../../docs/guide/keyboard.md?raw";
import writing from "../../../../docs/guide/markdown.md?raw";
import offline from "../../../../docs/guide/offline-and-sync.md?raw";
import sharing from "../../../../docs/guide/sharing-and-roles.md?raw";
import signingIn from "../../../../docs/guide/signing-in.md?raw";
import { Markdown } from "../document/markdown/Markdown.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { Title } from "../ui/Title.tsx";

/** The pages of the user guide, named like their files. */
const pages = [
  { name: "markdown", title: "Writing Markdown", text: writing },
  { name: "finding-documents", title: "Finding documents", text: finding },
  { name: "sharing-and-roles", title: "Sharing and roles", text: sharing },
  { name: "offline-and-sync", title: "Offline and folders", text: offline },
  { name: "keyboard", title: "Keyboard", text: keyboard },
  { name: "signing-in", title: "Signing in", text: signingIn },
  { name: "accessibility", title: "Accessibility", text: accessibility },
] as const;

const linkToPage = /^([a-z-]+)\.md(?:#(.*))?$/;

/** A page of the user guide. */
export function HelpPage() {
  const { page = "markdown" } = useParams({ strict: false });
  const navigate = useNavigate();
  const shown = pages.find(({ name }) => name === page);
  if (shown === undefined) return <NotFound />;
  return (
    <div className="mx-auto w-full max-w-3xl px-5 pt-8 pb-16 md:px-10 md:pt-14">
      <Title>{`${shown.title} · Help`}</Title>
      <nav
        aria-label="Help"
        className="mb-8 flex flex-wrap gap-x-4 gap-y-1 border-b border-line pb-3 text-sm"
      >
        {pages.map(({ name, title }) => (
          <Link
            key={name}
            to="/help/{-$page}"
            params={{ page: name }}
            aria-current={name === page ? "page" : undefined}
            className="py-1 text-faint pointer-coarse:py-2.5 hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink"
          >
            {title}
          </Link>
        ))}
      </nav>
      <Markdown
        key={page}
        text={shown.text}
        onFollow={(path) => {
          const [, name, hash = ""] = linkToPage.exec(path) ?? [];
          if (name !== undefined) void navigate({ to: "/help/{-$page}", params: { page: name }, hash });
        }}
      />
    </div>
  );
}
