import { useSyncExternalStore } from 'react';
import { en, type Words } from './words/en';
import { fr } from './words/fr';
import { nl } from './words/nl';

/** The languages of the pages behind links; the playground itself is in English. */
export const LOCALES = ['EN', 'FR', 'NL'] as const;
export type Locale = (typeof LOCALES)[number];
export const LOCALE_NAMES: Record<Locale, string> = { EN: 'English', FR: 'Français', NL: 'Nederlands' };

const WORDS: Record<Locale, Words> = { EN: en, FR: fr, NL: nl };

/** null: the page has not asked for one, and is in English. */
let locale: Locale | null = null;
let isChosen = false;
const listeners = new Set<() => void>();

function set(next: Locale): void {
  locale = next;
  document.documentElement.lang = next.toLowerCase();
  for (const listener of listeners) listener();
}

/** The first of the browser's languages that there are words in. */
export function followBrowser(): void {
  const tags = navigator.languages.map((tag) => tag.slice(0, 2).toUpperCase());
  set(tags.find((tag): tag is Locale => LOCALES.some((known) => known === tag)) ?? 'EN');
}

/** The language of what the page is about, unless the person has chosen one. */
export function followSubject(subject: Locale): void {
  if (!isChosen) set(subject);
}

export function chooseLocale(chosen: Locale): void {
  isChosen = true;
  set(chosen);
}

export function currentWords(): Words {
  return WORDS[locale ?? 'EN'];
}

/** For the server, so that its messages are in the page's language; null: as the browser has it. */
export function currentLanguage(): string | null {
  return locale?.toLowerCase() ?? null;
}

export function useLocale(): Locale {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => locale ?? 'EN',
  );
}

export function useWords(): Words {
  return WORDS[useLocale()];
}
