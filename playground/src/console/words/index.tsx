import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components';

export type Language = 'en' | 'fr' | 'nl';
export const LANGUAGES: readonly Language[] = ['en', 'fr', 'nl'];
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', fr: 'Français', nl: 'Nederlands' };

const STORAGE_KEY = 'concierge:language';
const DEFAULT_REGIONS: Record<Language, string> = { en: 'en-GB', fr: 'fr-FR', nl: 'nl-BE' };
const load: Record<Language, () => Promise<{ default: string }>> = {
  en: () => import('./en.ftl?raw'),
  fr: () => import('./fr.ftl?raw'),
  nl: () => import('./nl.ftl?raw'),
};

export function isLanguage(text: unknown): text is Language {
  return (LANGUAGES as readonly unknown[]).includes(text);
}

/** The region of the browser, if it names one of this language. */
function regionOf(language: Language): string {
  const named = navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
  // American English writes the month first: only whoever asks for it by name, and as the first choice, reads it so.
  if (named && (language !== 'en' || navigator.languages[0] === named)) return named;
  return DEFAULT_REGIONS[language];
}

function initialLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (isLanguage(stored)) return stored;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';
}

interface Words {
  language: Language;
  /** The language with a region, for `Intl`. */
  tag: string;
  bundle: FluentBundle;
  setLanguage(language: Language): void;
}

const Context = createContext<Words | null>(null);

/** Loads the texts of one language; shows nothing until they are there. */
export function WordsProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage);
  const [loaded, setLoaded] = useState<{ language: Language; bundle: FluentBundle } | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void load[language]().then(({ default: text }) => {
      if (!isCurrent) return;
      const bundle = new FluentBundle(regionOf(language), { useIsolating: false });
      bundle.addResource(new FluentResource(text));
      document.documentElement.lang = language;
      localStorage.setItem(STORAGE_KEY, language);
      setLoaded({ language, bundle });
    });
    return () => {
      isCurrent = false;
    };
  }, [language]);
  const words = useMemo(
    () => loaded && { ...loaded, tag: regionOf(loaded.language), setLanguage },
    [loaded],
  );
  if (!words) return null;
  return (
    <Context value={words}>
      <I18nProvider locale={words.tag}>{children}</I18nProvider>
    </Context>
  );
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
/** A name in a script that is read from right to left, inside of a sentence. */
const isolated = (value: FluentVariable) => (typeof value === 'string' && RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value);

const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

function formats(tag: string) {
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'medium' });
  const time = new Intl.DateTimeFormat(tag, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  const utc = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const number = new Intl.NumberFormat(tag);
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  const list = new Intl.ListFormat(tag, { type: 'conjunction' });
  const units = new Intl.ListFormat(tag, { type: 'unit' });
  const unit = (value: number, name: string) => new Intl.NumberFormat(tag, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);
  return {
    date: (iso: string) => date.format(new Date(iso)),
    time: (iso: string) => time.format(new Date(iso)),
    utc: (iso: string) => `${utc.format(new Date(iso))} UTC`,
    number: (value: number) => number.format(value),
    list: (items: readonly string[]) => list.format(items),
    ago(iso: string): string {
      const seconds = (Date.parse(iso) - Date.now()) / 1000;
      for (const [name, size] of STEPS) if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), name);
      return relative.format(0, 'second');
    },
    /** "2 days, 3 hours"; the two or three units that matter. */
    span(seconds: number): string {
      const days = Math.floor(seconds / 86_400);
      const hours = Math.floor(seconds / 3_600) % 24;
      const minutes = Math.floor(seconds / 60) % 60;
      const all = [
        [days, 'day'],
        [hours, 'hour'],
        [minutes, 'minute'],
        [Math.floor(seconds) % 60, 'second'],
      ] as const;
      const first = all.findIndex(([value]) => value > 0);
      const shown = first === -1 ? all.slice(3) : all.slice(first, first + 2);
      return units.format(shown.filter(([value], index) => value > 0 || index === 0).map(([value, name]) => unit(value, name)));
    },
  };
}

function useContextWords(): Words {
  const words = useContext(Context);
  if (!words) throw new Error('outside of WordsProvider');
  return words;
}

export function useLanguage() {
  const { language, tag, setLanguage } = useContextWords();
  return { language, tag, setLanguage };
}

export type Translate = (id: string, variables?: Record<string, FluentVariable>) => string;

/** Texts, dates, numbers and durations in the language of the page. */
export function useWords() {
  const { bundle, tag } = useContextWords();
  return useMemo(() => {
    const t: Translate = (id, variables) => {
      const pattern = bundle.getMessage(id)?.value;
      if (!pattern) return id;
      const isolatedVariables = variables && Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, isolated(value)]));
      return bundle.formatPattern(pattern, isolatedVariables);
    };
    const has = (id: string) => bundle.hasMessage(id);
    return { t, has, ...formats(tag) };
  }, [bundle, tag]);
}
