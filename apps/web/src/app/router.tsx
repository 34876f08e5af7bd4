import type { Reason } from "@mdreader/client";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";

import { isReasonName } from "../auth/identity/is-reason-name.ts";
import { toSafeRedirect } from "../auth/safe-redirect.ts";
import { fetchHasSecondFactor } from "../auth/second-factor/useHasSecondFactor.ts";
import { parseFilters, type SearchFilters } from "../document/search/filters.ts";
import { isReadingMode } from "../document/view.ts";
import { reportToServer } from "../lib/browser-errors.ts";
import { checkSignedIn } from "../lib/personal-data.ts";
import { ErrorPage } from "../ui/ErrorPage.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { parseActivityFilters } from "../workspace/activity/filters.ts";
import { Shell } from "./Shell.tsx";

const root = createRootRoute({
  // No frame with a main area contains this page.
  notFoundComponent: () => (
    <main>
      <NotFound />
    </main>
  ),
});

/** Signed-in pages. Other visitors are sent to the sign-in page and return afterwards. */
const member = createRoute({
  getParentRoute: () => root,
  id: "member",
  component: Shell,
  beforeLoad: async ({ location }) => {
    if (!(await checkSignedIn())) throw redirect({ to: "/login", search: { next: location.href } });
  },
});

/** The state of the sign-in page, which providers return to. */
const readLoginSearch = (
  search: Record<string, unknown>,
): { next?: string | undefined; error?: Reason | undefined; signedIn?: true | undefined } => ({
  ...readNext(search),
  error: isReasonName(search["error"]) ? search["error"] : undefined,
  signedIn: search["signedIn"] === true || undefined,
});

/** Includes the key even if it is undefined. Otherwise the raw value from the address would be kept. */
const readNext = (search: Record<string, unknown>): { next?: string | undefined } => ({
  next: toSafeRedirect(search["next"]),
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: readLoginSearch,
  component: lazyRouteComponent(() => import("../auth/LoginPage.tsx"), "LoginPage"),
});

const register = createRoute({
  getParentRoute: () => root,
  path: "/register",
  validateSearch: readNext,
  component: lazyRouteComponent(() => import("../auth/RegisterPage.tsx"), "RegisterPage"),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("../auth/ForgotPasswordPage.tsx"), "ForgotPasswordPage"),
});

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  component: lazyRouteComponent(() => import("../auth/ResetPasswordPage.tsx"), "ResetPasswordPage"),
});

const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: "/verify-email",
  component: lazyRouteComponent(() => import("../auth/VerifyEmailPage.tsx"), "VerifyEmailPage"),
});

const agreeEmail = createRoute({
  getParentRoute: () => root,
  path: "/agree-email",
  component: lazyRouteComponent(() => import("../auth/email-change/AgreeEmailPage.tsx"), "AgreeEmailPage"),
});

const proveEmail = createRoute({
  getParentRoute: () => root,
  path: "/prove-email",
  component: lazyRouteComponent(() => import("../auth/email-change/ProveEmailPage.tsx"), "ProveEmailPage"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(() => import("../workspace/invitation/InvitationPage.tsx"), "InvitationPage"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(() => import("../auth/admin/SetupPage.tsx"), "SetupPage"),
});

/** Includes the key even if it is undefined, as `readNext` does. */
const readDeviceSearch = ({ code }: Record<string, unknown>): { code?: string | undefined } => ({
  code: typeof code === "string" ? code.slice(0, 32) : undefined,
});

const device = createRoute({
  getParentRoute: () => member,
  path: "/device",
  validateSearch: readDeviceSearch,
  component: lazyRouteComponent(() => import("../auth/device/DevicePage.tsx"), "DevicePage"),
});

const secondFactor = createRoute({
  getParentRoute: () => member,
  path: "/second-factor",
  validateSearch: readNext,
  // A second setup would replace what the person has. Their profile offers that.
  beforeLoad: async ({ search: { next } }) => {
    if (await fetchHasSecondFactor()) throw redirect({ href: next ?? "/account" });
  },
  component: lazyRouteComponent(
    () => import("../auth/second-factor/SecondFactorPage.tsx"),
    "SecondFactorPage",
  ),
});

/** Pages outside a workspace. */
const home = createRoute({
  getParentRoute: () => member,
  id: "home",
  component: lazyRouteComponent(() => import("../workspace/home/HomePage.tsx"), "HomePage"),
});

const workspaces = createRoute({
  getParentRoute: () => home,
  path: "/",
  component: lazyRouteComponent(() => import("../workspace/home/WorkspacesPage.tsx"), "WorkspacesPage"),
});

const profile = createRoute({
  getParentRoute: () => home,
  path: "/account",
  component: lazyRouteComponent(() => import("../auth/account/ProfilePage.tsx"), "ProfilePage"),
});

const sessions = createRoute({
  getParentRoute: () => home,
  path: "/account/sessions",
  component: lazyRouteComponent(() => import("../auth/session/SessionsPage.tsx"), "SessionsPage"),
});

const apiKeys = createRoute({
  getParentRoute: () => home,
  path: "/account/api-keys",
  component: lazyRouteComponent(() => import("../auth/api-key/ApiKeysPage.tsx"), "ApiKeysPage"),
});

/** The user guide: its first page, or the one that is named. */
const help = createRoute({
  getParentRoute: () => home,
  path: "/help/{-$page}",
  component: lazyRouteComponent(() => import("../help/HelpPage.tsx"), "HelpPage"),
});

const adminSettings = createRoute({
  getParentRoute: () => home,
  path: "/admin/settings",
  component: lazyRouteComponent(
    () => import("../auth/admin/settings/InstanceSettingsPage.tsx"),
    "InstanceSettingsPage",
  ),
});

const adminAudit = createRoute({
  getParentRoute: () => home,
  path: "/admin/audit",
  component: lazyRouteComponent(() => import("../auth/admin/audit/AuditLogPage.tsx"), "AuditLogPage"),
});

const adminSystem = createRoute({
  getParentRoute: () => home,
  path: "/admin/system",
  component: lazyRouteComponent(() => import("../auth/admin/system/SystemPage.tsx"), "SystemPage"),
});

const adminUsers = createRoute({
  getParentRoute: () => home,
  path: "/admin/users",
  component: lazyRouteComponent(() => import("../auth/admin/user/UsersPage.tsx"), "UsersPage"),
});

const adminWorkspaces = createRoute({
  getParentRoute: () => home,
  path: "/admin/workspaces",
  component: lazyRouteComponent(
    () => import("../auth/admin/workspace/ManagedWorkspacesPage.tsx"),
    "ManagedWorkspacesPage",
  ),
});

const workspace = createRoute({
  getParentRoute: () => member,
  path: "/w/$workspaceId",
  component: lazyRouteComponent(() => import("../workspace/WorkspacePage.tsx"), "WorkspacePage"),
});

const workspaceHome = createRoute({
  getParentRoute: () => workspace,
  path: "/",
  component: lazyRouteComponent(() => import("../workspace/WorkspaceHome.tsx"), "WorkspaceHome"),
});

/** Loads the page, and in parallel its editor unless the person prefers reading. */
function loadDocumentPage() {
  if (!isReadingMode()) void import("../document/editor/Source.tsx").catch(() => {});
  return import("../document/DocumentPage.tsx");
}

const document = createRoute({
  getParentRoute: () => workspace,
  path: "/d/$documentId",
  component: lazyRouteComponent(loadDocumentPage, "DocumentPage"),
});

const search = createRoute({
  getParentRoute: () => workspace,
  path: "/search",
  validateSearch: ({ q, ...filters }: Record<string, unknown>): { q: string } & SearchFilters => ({
    q: typeof q === "string" ? q : "",
    ...parseFilters(filters),
  }),
  component: lazyRouteComponent(() => import("../document/search/SearchPage.tsx"), "SearchPage"),
});

const members = createRoute({
  getParentRoute: () => workspace,
  path: "/members",
  component: lazyRouteComponent(() => import("../workspace/member/MembersPage.tsx"), "MembersPage"),
});

const activity = createRoute({
  getParentRoute: () => workspace,
  path: "/activity",
  validateSearch: parseActivityFilters,
  component: lazyRouteComponent(() => import("../workspace/activity/ActivityPage.tsx"), "ActivityPage"),
});

const trash = createRoute({
  getParentRoute: () => workspace,
  path: "/trash",
  component: lazyRouteComponent(() => import("../document/trash/TrashPage.tsx"), "TrashPage"),
});

const settings = createRoute({
  getParentRoute: () => workspace,
  path: "/settings",
  component: lazyRouteComponent(() => import("../workspace/settings/SettingsPage.tsx"), "SettingsPage"),
});

const routeTree = root.addChildren([
  login,
  register,
  forgotPassword,
  resetPassword,
  verifyEmail,
  agreeEmail,
  proveEmail,
  invitation,
  setup,
  member.addChildren([
    device,
    secondFactor,
    home.addChildren([
      workspaces,
      profile,
      sessions,
      apiKeys,
      help,
      adminSettings,
      adminAudit,
      adminSystem,
      adminUsers,
      adminWorkspaces,
    ]),
    workspace.addChildren([workspaceHome, document, search, members, activity, trash, settings]),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultErrorComponent: ErrorPage,
  defaultOnCatch: (error) => reportToServer("render", error),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
