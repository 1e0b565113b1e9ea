import { useQuery } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import type { ExplainAccessInput } from '../api/gql/graphql';
import { whyQuery, type Source, type Suggestion } from '../api/queries';
import { useWords, type Translate } from '../words';
import { useRoleName } from './choices';
import type { Draft } from './draft';
import { Problem } from './states';
import { Time } from './Time';

interface Props {
  workspace: string;
  input: ExplainAccessInput;
  /** Of the person, key or visitor. */
  name: string;
  /** The right, in words. */
  what: string;
  /** Opens the rehearsal of what closes a path or opens one; absent: nothing can be done here. */
  onAct?(draft: Draft): void;
}

/** Why somebody has a right, as a picture of paths; or what is missing, and what would give it (UI-30). */
export function Why({ workspace, input, name, what, onAct }: Props) {
  const { t } = useWords();
  const query = useQuery(whyQuery(workspace, input));
  const explanation = query.data?.workspace?.explainAccess;
  if (query.error) return <Problem error={query.error} what={t('why-failed')} workspace={workspace} retry={() => void query.refetch()} />;
  if (!explanation) return <div className="why" aria-busy="true" />;
  const { allowed, sources, obstacles, suggestions } = explanation;
  return (
    <div className={allowed ? 'why yes' : 'why no'}>
      <p className="answer">{t(allowed ? 'why-yes' : 'why-no', { name, permission: what })}</p>
      {allowed ? (
        <Paths sources={sources} name={name} what={what} onAct={onAct} />
      ) : (
        <>
          {obstacles.length > 0 && (
            <ul className="obstacles">
              {obstacles.map((obstacle) => (
                <li key={obstacle}>{t(`why-obstacle-${obstacle}`)}</li>
              ))}
            </ul>
          )}
          <Suggestions suggestions={suggestions} onAct={onAct} />
        </>
      )}
    </div>
  );
}

function Paths({ sources, name, what, onAct }: { sources: readonly Source[] } & Pick<Props, 'name' | 'what' | 'onAct'>) {
  const { t } = useWords();
  const called = useSourceName();
  if (sources.length === 0) return <p>{t('why-everybody')}</p>;
  const height = sources.length * 100;
  const middle = (index: number) => index * 100 + 50;
  return (
    <>
      <p className="unseen">{t('why-paths', { count: sources.length })}</p>
      <div className="paths">
        <div className="node">
          <bdi>{name}</bdi>
        </div>
        <svg className="wires" viewBox={`0 0 60 ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {sources.map((_, index) => (
            <path key={index} d={`M0 ${height / 2} C30 ${height / 2} 30 ${middle(index)} 60 ${middle(index)}`} />
          ))}
        </svg>
        <ol className="sources">
          {sources.map((source, index) => {
            const closing = closingOf(source);
            return (
              <li key={source.grantId ?? index} className={`node source ${source.kind.toLowerCase()}`}>
                <b>{called(source)}</b>
                <span className="sub">
                  <Since source={source} t={t} />
                </span>
                {closing && onAct && (
                  <Button className="button link" onPress={() => onAct(closing)}>
                    {t(`why-close-${source.kind}`)}
                  </Button>
                )}
              </li>
            );
          })}
        </ol>
        <svg className="wires" viewBox={`0 0 60 ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {sources.map((_, index) => (
            <path key={index} d={`M0 ${middle(index)} C30 ${middle(index)} 30 ${height / 2} 60 ${height / 2}`} />
          ))}
        </svg>
        <div className="node what">{what}</div>
      </div>
      {sources.length > 1 && <p className="quiet">{t('why-each-suffices')}</p>}
    </>
  );
}

function Since({ source: { startsAt, endsAt, grantedBy }, t }: { source: Source; t: Translate }) {
  return (
    <>
      {startsAt && (
        <span>
          {t('why-since')} <Time at={startsAt} />{' '}
        </span>
      )}
      {endsAt && (
        <span>
          {t('why-until')} <Time at={endsAt} />{' '}
        </span>
      )}
      {grantedBy && (
        <span>
          {t('why-by')} <bdi>{grantedBy.displayName}</bdi>
        </span>
      )}
    </>
  );
}

/** "Role Editor", "Group Press Desk", "Given directly". */
export function useSourceName(): (source: Source) => string {
  const { t } = useWords();
  const roleName = useRoleName();
  return ({ kind, role, group, resource }) => {
    switch (kind) {
      case 'ROLE':
        return t('source-role', { name: role ? roleName(role) : '' });
      case 'GROUP':
        return t('source-group', { name: group?.title ?? '' });
      case 'RESOURCE':
        return t('source-item', { name: resource?.title ?? '' });
      case 'OWNER':
        return t('source-owner');
      case 'OPEN':
        return t('source-open');
      case 'DIRECT':
        return t('source-direct');
    }
  };
}

/** What takes this path away, of one person. */
function closingOf({ kind, grantId, group }: Source): Draft | null {
  switch (kind) {
    case 'ROLE':
      return { kind: 'role', value: 'none' };
    case 'GROUP':
      return group ? { kind: 'leave-group', value: group.id } : null;
    case 'DIRECT':
    case 'RESOURCE':
      return grantId ? { kind: 'ungrant-ids', value: grantId } : null;
    default:
      return null;
  }
}

function Suggestions({ suggestions, onAct }: { suggestions: readonly Suggestion[]; onAct?(draft: Draft): void }) {
  const { t } = useWords();
  const textOf = useSuggestionText();
  if (suggestions.length === 0) return null;
  return (
    <>
      <p>{t('why-would-give', { count: suggestions.length })}</p>
      <ul className="suggestions">
        {suggestions.map((suggestion, index) => {
          const draft = draftOf(suggestion);
          return (
            <li key={index}>
              {draft && onAct ? (
                <Button className="button" onPress={() => onAct(draft)}>
                  {textOf(suggestion)}
                </Button>
              ) : (
                textOf(suggestion)
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function useSuggestionText(): (suggestion: Suggestion) => string {
  const { t, has } = useWords();
  const roleName = useRoleName();
  // In our words, as the rest of the page; what we have none for, the API says.
  return ({ kind, role, group, text }) => (has(`suggestion-${kind}`) ? t(`suggestion-${kind}`, { name: role ? roleName(role) : (group?.title ?? '') }) : text);
}

function draftOf({ kind, permission, role, group }: Suggestion): Draft | null {
  switch (kind) {
    case 'ADD_TO_GROUP':
      return group ? { kind: 'join-group', value: group.id } : null;
    case 'ENABLE_MEMBER':
      return { kind: 'enable' };
    case 'EXTEND_ACCESS':
      return { kind: 'period' };
    case 'GIVE_ROLE':
      return role ? { kind: 'role', value: role.id } : null;
    case 'GRANT_PERMISSION':
      return permission ? { kind: 'grant', value: permission } : null;
    default:
      return null;
  }
}
