import { Button } from 'react-aria-components';
import type { Permission } from '../../api/gql/graphql';
import type { User } from '../../api/queries';
import { useChoices } from '../../ui/choices';
import { Icon } from '../../ui/Icon';
import { Loading } from '../../ui/states';
import { Time } from '../../ui/Time';
import { useSourceName, Why } from '../../ui/Why';
import { useWords } from '../../words';
import type { TabProps } from './User';

type Held = User['effectivePermissions'][number];

interface Props extends TabProps {
  why: Permission | undefined;
  onWhy(permission: Permission | undefined): void;
}

/** The fourteen permissions by group, held or not, by which way, until when, and why. */
export function Access({ workspace, user, why, onWhy, onAct }: Props) {
  const { t, list } = useWords();
  const { categories } = useChoices(workspace);
  const held = new Map(user.effectivePermissions.map((entry) => [entry.permission, entry]));
  if (categories.length === 0) return <Loading />;
  return (
    <>
      {user.state !== 'ACTIVE' && <p className="note warning">{t(`access-state-${user.state.toLowerCase()}`)}</p>}
      <div className="categories">
        {categories.map(({ group, label, icon, permissions }) => (
          <section key={group} className={`category ${group.toLowerCase()}`} aria-labelledby={`category-${group}`}>
            <h2 id={`category-${group}`}>
              <Icon name={icon} /> {label}
            </h2>
            <ul>
              {permissions.map(({ permission, label, description }) => {
                const isOpen = why === permission;
                return (
                  <li key={permission} className={held.has(permission) ? 'right held' : 'right'}>
                    <Right label={label} description={description} held={held.get(permission)} />
                    <Button
                      className="button link"
                      aria-label={t('access-why', { permission: label })}
                      aria-expanded={isOpen}
                      onPress={() => onWhy(isOpen ? undefined : permission)}
                    >
                      {t('why')}
                    </Button>
                    {isOpen && (
                      <Why workspace={workspace} input={{ membershipId: user.id, permission }} name={user.account.displayName} what={label} onAct={onAct} />
                    )}
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
      </div>
      <h2>{t('access-sections')}</h2>
      <p>{user.backOfficeSections.length > 0 ? list(user.backOfficeSections.map((section) => t(`section-${section}`))) : t('access-no-sections')}</p>
    </>
  );
}

function Right({ label, description, held }: { label: string; description: string; held: Held | undefined }) {
  const { t, list } = useWords();
  const called = useSourceName();
  return (
    <>
      <span className="held-mark">{held ? <Icon name="check" /> : <span aria-hidden="true">–</span>}</span>
      <span>
        <b title={description}>{label}</b>
        <span className="sub">
          {held ? list(held.sources.map(called)) : t('access-not-held')}
          {held?.endsAt && (
            <>
              {' · '}
              {t('why-until')} <Time at={held.endsAt} />
            </>
          )}
        </span>
      </span>
    </>
  );
}
