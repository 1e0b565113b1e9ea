import { useWords } from '../words';

/** Something in the page itself went wrong: after an update of the server, often a file that is no longer there. */
export function Crash() {
  const { t } = useWords();
  return (
    <div className="problem" role="alert">
      <h1>{t('crash-title')}</h1>
      <p>{t('crash-text')}</p>
      <button type="button" className="button" onClick={() => location.reload()}>
        {t('crash-reload')}
      </button>
    </div>
  );
}

export function NotFound() {
  const { t } = useWords();
  return (
    <div className="problem">
      <h1 tabIndex={-1}>{t('not-found-title')}</h1>
      <p>{t('not-found-text')}</p>
      <a href="/console/">{t('home-title')}</a>
    </div>
  );
}
