import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { userQuery, usersQuery, viewerQuery } from './api/queries';
import { parseSearch, stringifySearch } from './pages/search';
import { validateSignIn } from './pages/sign-in/search';
import { validateUser } from './pages/user/search';
import { pageOf, validateUsers } from './pages/users/search';
import { validateWhy } from './pages/why/search';
import { Crash, NotFound } from './ui/Crash';

// What a page shows is asked for at once, without waiting for its code or for who is asking (UI-7).

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });

const home = createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(() => import('./pages/home/Home'), 'Home') });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: validateSignIn,
  component: lazyRouteComponent(() => import('./pages/sign-in/SignIn'), 'SignIn'),
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: '/$workspace',
  loader: ({ params, context }) => void context.queries.prefetchQuery(viewerQuery(params.workspace)),
  component: lazyRouteComponent(() => import('./ui/Shell'), 'Shell'),
});

const today = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/$workspace/users', params, search: {}, replace: true });
  },
});

const users = createRoute({
  getParentRoute: () => workspace,
  path: '/users',
  validateSearch: validateUsers,
  loaderDeps: ({ search }) => pageOf(search),
  loader: ({ params, deps, context }) => void context.queries.prefetchQuery(usersQuery(params.workspace, deps)),
  component: lazyRouteComponent(() => import('./pages/users/Users'), 'Users'),
});

const user = createRoute({
  getParentRoute: () => workspace,
  path: '/users/$id',
  validateSearch: validateUser,
  loader: ({ params, context }) => void context.queries.prefetchQuery(userQuery(params.workspace, params.id)),
  component: lazyRouteComponent(() => import('./pages/user/User'), 'User'),
});

const why = createRoute({
  getParentRoute: () => workspace,
  path: '/why',
  validateSearch: validateWhy,
  component: lazyRouteComponent(() => import('./pages/why/WhyPage'), 'WhyPage'),
});

export function routerOf(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([home, signIn, workspace.addChildren([today, users, user, why])]),
    basepath: '/console',
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: false,
    defaultErrorComponent: Crash,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof routerOf>;
  }
}
