/** A scope of API keys, as people choose it. */
export interface ScopeChoice<Scope extends string = string> {
  scope: Scope;
  label: string;
  hint: string;
  /** Whether it is chosen at first. */
  given: boolean;
}

/** The scopes of keys that work in workspaces, as people choose them. */
export const scopeChoices = [
  {
    scope: "read",
    label: "Read",
    hint: "Documents, files and members of your workspaces",
    given: true,
  },
  { scope: "write", label: "Write", hint: "Documents, folders, files and comments", given: false },
  { scope: "manage", label: "Manage", hint: "Workspaces, members and invitations", given: false },
] as const satisfies readonly ScopeChoice[];
