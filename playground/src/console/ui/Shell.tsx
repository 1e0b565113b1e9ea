import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { Mark } from '../../Mark';
import { Refusal } from '../api/send';
import { viewerQuery } from '../api/queries';
import { know, setProfileLocale, signOut, useSession } from '../api/session';
import { isLanguage, useLanguage, useWords, type Language } from '../words';
import { ActionDialog } from './LazyActionDialog';
import { localeOf } from './choices';
import { Countdown } from './Countdown';
import { Icon } from './Icon';
import { AppearancePicker, LanguagePicker } from './pickers';
import { SignInDialog } from './SignInDialog';
import { Problem } from './states';
import { Announcements, keepFocus, showDone, useDone } from './status';

/** The sections that have a page, with the section that the viewer needs for it. */
const MENU = [
  { id: 'users', to: '/$workspace/users', icon: 'users', section: 'USERS_AND_GROUPS' },
  { id: 'why', to: '/$workspace/why', icon: 'question', section: null },
] as const;

/** The frame of all pages of a workspace. */
export function Shell() {
  const { workspace } = useParams({ from: '/$workspace' });
  const { t } = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { setLanguage } = useLanguage();
  const { isSignedOut } = useSession();
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const query = useQuery(viewerQuery(workspace));
  const data = query.data?.data;
  const viewer = data?.viewer;
  const isAnonymous = !data && query.error instanceof Refusal && query.error.code === 'SIGNED_OUT';
  const locale = viewer?.profile?.locale.toLowerCase();
  useEffect(() => {
    if (viewer?.account) know(viewer.account.id);
  }, [viewer?.account]);
  useEffect(() => {
    if (isLanguage(locale)) setLanguage(locale);
  }, [locale, setLanguage]);
  useEffect(() => {
    if (isAnonymous) void navigate({ to: '/sign-in', search: { to: location.pathname + location.search }, replace: true });
  }, [isAnonymous, navigate]);
  useFocusOnRoute();
  if (isAnonymous) return null;
  const sections = data?.workspace?.viewerMembership?.backOfficeSections ?? [];
  const mayOpen = (section: string | null) => !data || section === null || viewer?.profile?.isOperator || sections.some((other) => other === section);
  async function changeLanguage(language: Language) {
    setLanguage(language);
    await setProfileLocale(localeOf(language)).catch(() => undefined);
    void queries.invalidateQueries();
  }
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t('shell-skip')}
      </a>
      <header className="bar">
        <Button className="button icon-button menu-toggle" aria-expanded={isMenuOpen} aria-controls="menu" aria-label={t('shell-menu')} onPress={() => setIsMenuOpen(!isMenuOpen)}>
          <Icon name="menu" />
        </Button>
        <Link to="/" className="brand">
          <Mark />
          <b>
            <bdi>{data?.workspace?.name ?? t('app-name')}</bdi>
          </b>
        </Link>
        <span className="grow" />
        <LanguagePicker onChange={(language) => void changeLanguage(language)} />
        <AppearancePicker />
        <span className="me">
          <bdi>{viewer?.account?.displayName}</bdi>
        </span>
        <Button
          className="button"
          onPress={() => {
            void signOut(queries).then(() => navigate({ to: '/sign-in', search: {} }));
          }}
        >
          {t('shell-sign-out')}
        </Button>
      </header>
      <nav id="menu" className={isMenuOpen ? 'menu open' : 'menu'} aria-label={t('shell-menu')}>
        <ul>
          {MENU.filter(({ section }) => mayOpen(section)).map(({ id, to, icon }) => (
            <li key={id}>
              <Link to={to} params={{ workspace }} onClick={() => setIsMenuOpen(false)}>
                <Icon name={icon} /> {t(`menu-${id}`)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main id="content" className="content" tabIndex={-1}>
        <OwnEnd seconds={data?.workspace?.viewerMembership?.accessSecondsRemaining} answeredAt={query.dataUpdatedAt} onEnd={() => void queries.resetQueries({ queryKey: [workspace] })} />
        <LastAction workspace={workspace} />
        {query.error && !data ? (
          <Problem error={query.error} what={t('shell-failed')} retry={() => void query.refetch()} />
        ) : data && !data.workspace ? (
          <div className="problem" role="alert">
            <h1>{t('shell-no-workspace')}</h1>
            <p>{t('shell-no-workspace-why')}</p>
            <Link to="/">{t('home-title')}</Link>
          </div>
        ) : (
          <Outlet />
        )}
      </main>
      <Announcements />
      {isSignedOut && <SignInDialog />}
    </div>
  );
}

const DAY = 86_400;

function OwnEnd({ seconds, answeredAt, onEnd }: { seconds: number | null | undefined; answeredAt: number; onEnd(): void }) {
  const { t } = useWords();
  if (seconds == null || seconds > DAY) return null;
  return (
    <p className="note warning">
      <Countdown sentence seconds={seconds} answeredAt={answeredAt} onEnd={onEnd} /> {t('shell-own-end')}
    </p>
  );
}

/** What was done last, with Undo. */
function LastAction({ workspace }: { workspace: string }) {
  const { t } = useWords();
  const done = useDone();
  const [undoing, setUndoing] = useState<typeof done>(null);
  return (
    <>
      {done && (
        <div className="note info last-action">
          <span>{done.text}</span>
          <span className="grow" />
          {done.undo.length > 0 && (
            <Button className="button" onPress={() => setUndoing(done)}>
              {t('undo')}
            </Button>
          )}
          <Button
            className="button icon-button"
            aria-label={t('dialog-close')}
            onPress={() => {
              showDone(null);
              keepFocus();
            }}
          >
            <Icon name="close" />
          </Button>
        </div>
      )}
      {undoing && <ActionDialog workspace={workspace} draft={{ actions: undoing.undo, isUndo: true }} people={undoing.names} onClose={() => setUndoing(null)} />}
    </>
  );
}

/** A changed page moves the focus to its heading; what was done on the page before is no longer said. */
function useFocusOnRoute(): void {
  const { pathname } = useLocation();
  const previous = useRef(pathname);
  useEffect(() => {
    if (previous.current === pathname) return;
    previous.current = pathname;
    showDone(null);
    let tries = 0;
    const timer = setInterval(() => {
      const heading = document.querySelector<HTMLElement>('main h1');
      tries += 1;
      if (!heading && tries < 40) return;
      clearInterval(timer);
      // A page may have put the focus in a better place by itself.
      if (heading && !document.activeElement?.closest('main')) heading.focus({ preventScroll: true });
    }, 50);
    return () => clearInterval(timer);
  }, [pathname]);
}
