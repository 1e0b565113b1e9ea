import type { RefObject } from 'react';
import { Header, Menu, MenuItem, MenuSection, Popover } from 'react-aria-components';
import { DESTRUCTIVE, type ActionKind } from '../api/actions';
import { useWords } from '../words';
import type { Offer } from './offers';

interface Props {
  label: string;
  offers: readonly Offer[];
  isOpen: boolean;
  onOpenChange(isOpen: boolean): void;
  trigger: RefObject<HTMLElement | null>;
  onAction(kind: ActionKind): void;
}

/** What can be done to a person; what cannot says why. */
export function ActionMenu({ label, offers, isOpen, onOpenChange, trigger, onAction }: Props) {
  const { t } = useWords();
  const disabled = offers.filter(({ reason }) => reason).map(({ kind }) => kind);
  return (
    <Popover triggerRef={trigger} isOpen={isOpen} onOpenChange={onOpenChange} placement="bottom end" className="popover" aria-label={label}>
      <Menu aria-label={label} className="listbox" disabledKeys={disabled} autoFocus="first" onClose={() => onOpenChange(false)} onAction={(key) => onAction(key as ActionKind)}>
        <MenuSection>
          <Header className="menu-header">
            <bdi>{label}</bdi>
          </Header>
          {offers.map(({ kind, reason }) => (
            <MenuItem key={kind} id={kind} textValue={reason ? `${t(`action-${kind}`)} ${t(reason)}` : t(`action-${kind}`)} className={DESTRUCTIVE.has(kind) ? 'option danger' : 'option'}>
              {t(`action-${kind}`)}
              {reason && <span className="sub">{t(reason)}</span>}
            </MenuItem>
          ))}
        </MenuSection>
      </Menu>
    </Popover>
  );
}
