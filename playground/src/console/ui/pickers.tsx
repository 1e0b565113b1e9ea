import { useState } from 'react';
import { LANGUAGE_NAMES, LANGUAGES, useLanguage, useWords, type Language } from '../words';
import { Icon } from './Icon';
import { Select } from './Select';

export function LanguagePicker({ onChange }: { onChange(language: Language): void }) {
  const { language } = useLanguage();
  const { t } = useWords();
  return (
    <Select
      hideLabel
      className="quiet-select"
      label={t('picker-language')}
      icon={<Icon name="globe" />}
      value={language}
      onChange={(id) => onChange(id as Language)}
      options={LANGUAGES.map((id) => ({ id, text: LANGUAGE_NAMES[id] }))}
    />
  );
}

const STORAGE_KEY = 'concierge:appearance';
type Appearance = 'system' | 'light' | 'dark';

function stored(): Appearance {
  const value = localStorage.getItem(STORAGE_KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}

function apply(appearance: Appearance): void {
  if (appearance === 'system') delete document.documentElement.dataset.appearance;
  else document.documentElement.dataset.appearance = appearance;
}

apply(stored());

export function AppearancePicker() {
  const { t } = useWords();
  const [value, setValue] = useState(stored);
  return (
    <Select
      hideLabel
      className="quiet-select"
      label={t('picker-appearance')}
      icon={<Icon name="sun" />}
      value={value}
      options={(['system', 'light', 'dark'] as const).map((id) => ({ id, text: t(`picker-appearance-${id}`) }))}
      onChange={(id) => {
        const next = id as Appearance;
        if (next === 'system') localStorage.removeItem(STORAGE_KEY);
        else localStorage.setItem(STORAGE_KEY, next);
        apply(next);
        setValue(next);
      }}
    />
  );
}
