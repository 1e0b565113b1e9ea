import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Mark } from '../../../Mark';
import { signIn } from '../../api/session';
import { loadDemo, type Demo } from '../../api/demo';
import { isLanguage, LANGUAGE_NAMES, LANGUAGES, useLanguage, useWords } from '../../words';
import { useTitle } from '../../ui/title';
import { SignInForm } from '../../ui/SignInForm';
import { insidePath } from './search';

export function SignIn() {
  const { t } = useWords();
  const { language, setLanguage } = useLanguage();
  const { to } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [demo, setDemo] = useState<Demo | null>(null);
  useEffect(() => void loadDemo().then(setDemo), []);
  useTitle(t('sign-in'));
  const enter = (home = '/') => void navigate({ href: insidePath(to) ?? home, replace: true });
  return (
    <main className="sign-in">
      <h1>
        <Mark /> {t('app-name')}
      </h1>
      <p className="quiet">{t('app-what')}</p>
      <SignInForm onDone={() => enter()} />
      {demo && (
        <section className="note info stack" aria-labelledby="demo">
          <h2 id="demo">{t('demo-title')}</h2>
          <p>{t('demo-text')}</p>
          <button
            type="button"
            className="button"
            onClick={() => {
              void signIn(queries, demo.email, demo.password).then(({ kind }) => kind === 'done' && enter(`/${demo.workspace}/users`));
            }}
          >
            {t('demo-enter')}
          </button>
        </section>
      )}
      <label className="field short">
        <span className="label">{t('picker-language')}</span>
        <select className="input" value={language} onChange={({ target }) => isLanguage(target.value) && setLanguage(target.value)}>
          {LANGUAGES.map((id) => (
            <option key={id} value={id} lang={id}>
              {LANGUAGE_NAMES[id]}
            </option>
          ))}
        </select>
      </label>
    </main>
  );
}
