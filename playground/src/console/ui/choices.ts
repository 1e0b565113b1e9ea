import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Locale } from '../api/gql/graphql';
import { choicesQuery, viewerQuery, type Category, type Role } from '../api/queries';
import { useLanguage, useWords } from '../words';

const NO_ROLES: readonly Role[] = [];
const NO_CATEGORIES: readonly Category[] = [];

export function localeOf(language: string): Locale {
  return language.toUpperCase() as Locale;
}

/** A role's name; the preset ones have names in every language. */
export function useRoleName(): (role: { name: string; isPreset: boolean }) => string {
  const { t, has } = useWords();
  return useCallback(
    ({ name, isPreset }) => {
      const id = `role-preset-${name.toLowerCase()}`;
      return isPreset && has(id) ? t(id) : name;
    },
    [t, has],
  );
}

/** What forms and filters choose from, and how permissions are called. */
export function useChoices(workspace: string) {
  const { language } = useLanguage();
  const query = useQuery(choicesQuery(workspace, localeOf(language)));
  const viewer = useQuery(viewerQuery(workspace));
  const data = query.data?.data;
  const categories = data?.permissionCatalogue ?? NO_CATEGORIES;
  const labels = useMemo(
    () => new Map(categories.flatMap(({ permissions }) => permissions.map(({ permission, label }) => [permission as string, label] as const))),
    [categories],
  );
  const permissionLabel = useCallback((permission: string) => labels.get(permission) ?? '…', [labels]);
  return {
    categories,
    permissionLabel,
    roles: data?.workspace?.roles ?? NO_ROLES,
    groups: data?.workspace?.groups?.nodes ?? [],
    workspaceId: viewer.data?.data.workspace?.id,
    workspaceName: viewer.data?.data.workspace?.name ?? workspace,
    viewerMembership: viewer.data?.data.workspace?.viewerMembership,
    batchSize: data?.serviceLimits.maxBatchItems ?? 100,
  };
}
