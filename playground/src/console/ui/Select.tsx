import type { ReactNode } from 'react';
import { Button, Label, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue } from 'react-aria-components';
import { Icon } from './Icon';

export interface Option {
  id: string;
  text: string;
}

interface Props {
  label: string;
  value: string;
  options: readonly Option[];
  onChange(id: string): void;
  /** Only read aloud. */
  hideLabel?: boolean;
  className?: string;
  icon?: ReactNode;
}

export function Select({ label, value, options, onChange, hideLabel, className, icon }: Props) {
  return (
    <AriaSelect className={`select ${className ?? ''}`} value={value} onChange={(key) => onChange(String(key))}>
      <Label className={hideLabel ? 'label unseen' : 'label'}>{label}</Label>
      <Button className="button select-button">
        {icon}
        <SelectValue className="select-value" />
        <Icon name="chevron" />
      </Button>
      <Popover className="popover">
        <ListBox className="listbox" items={options}>
          {({ id, text }) => (
            <ListBoxItem id={id} textValue={text} className="option">
              {text}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
