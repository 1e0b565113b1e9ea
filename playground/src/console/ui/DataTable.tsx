import { memo, useCallback, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useWords } from '../words';
import { Icon } from './Icon';

export interface Column<T> {
  id: string;
  label: string;
  isSortable?: boolean;
  /** Names the row. */
  isHeader?: boolean;
  /** Stays on the card of a narrow window. */
  isEssential?: boolean;
  cell(row: T): ReactNode;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf(row: T): string;
  nameOf(row: T): string;
  selected: ReadonlySet<string>;
  onSelect(ids: readonly string[], isOn: boolean): void;
  sort: { id: string; isDescending: boolean };
  onSort(id: string): void;
  onMenu(row: T, opener: HTMLElement): void;
  isBusy?: boolean;
}

const CONTROLS = 'input, a, button';

/** A real table: screen readers know it, and a row costs little. Arrows move between rows, Shift selects a range. */
export function DataTable<T>({ label, columns, rows, keyOf, nameOf, selected, onSelect, sort, onSort, onMenu, isBusy }: Props<T>) {
  const { t } = useWords();
  const body = useRef<HTMLTableSectionElement>(null);
  const last = useRef(-1);
  const current = useRef(rows);
  current.current = rows;
  const selectedHere = rows.filter((row) => selected.has(keyOf(row))).length;
  const pick = useCallback(
    (index: number, isOn: boolean, isRange: boolean) => {
      const anchor = isRange && last.current >= 0 ? last.current : index;
      const [from, to] = [Math.min(anchor, index), Math.max(anchor, index)];
      onSelect(current.current.slice(from, to + 1).map(keyOf), isOn);
      last.current = index;
    },
    [onSelect, keyOf],
  );
  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const target = event.target as HTMLElement;
    const row = target.closest('tr');
    if (!row || !body.current) return;
    if (event.key === '.' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      row.querySelector<HTMLElement>('.row-menu')?.click();
      return;
    }
    if (!step) return;
    const all = [...body.current.rows];
    const next = all[all.indexOf(row) + step];
    const column = [...row.querySelectorAll<HTMLElement>(CONTROLS)].indexOf(target);
    const control = next && [...next.querySelectorAll<HTMLElement>(CONTROLS)][Math.max(0, column)];
    if (control) {
      event.preventDefault();
      control.focus();
    }
  }
  return (
    <table role="table" aria-label={label} className="table" aria-busy={isBusy}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" className="tick-cell">
            <input
              type="checkbox"
              aria-label={t('table-select-page')}
              checked={selectedHere > 0 && selectedHere === rows.length}
              ref={(input) => {
                if (input) input.indeterminate = selectedHere > 0 && selectedHere < rows.length;
              }}
              onChange={(event) => onSelect(rows.map(keyOf), event.target.checked)}
            />
          </th>
          {columns.map(({ id, label, isSortable }) => {
            const isSorted = sort.id === id;
            const direction = sort.isDescending ? 'descending' : 'ascending';
            return (
              <th role="columnheader" scope="col" key={id} aria-sort={isSortable ? (isSorted ? direction : 'none') : undefined}>
                {isSortable ? (
                  <button type="button" className="sorter" onClick={() => onSort(id)}>
                    {label}
                    <span aria-hidden="true" className="arrow">
                      {isSorted ? (sort.isDescending ? '▼' : '▲') : ''}
                    </span>
                  </button>
                ) : (
                  label
                )}
              </th>
            );
          })}
          <th role="columnheader" scope="col" className="menu-cell">
            <span className="unseen">{t('table-actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup" ref={body} onKeyDown={onKeyDown}>
        {rows.map((row, index) => (
          <Row
            key={keyOf(row)}
            row={row}
            index={index}
            columns={columns as readonly Column<unknown>[]}
            id={keyOf(row)}
            name={nameOf(row)}
            isSelected={selected.has(keyOf(row))}
            pick={pick}
            onMenu={onMenu as (row: unknown, opener: HTMLElement) => void}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  row: unknown;
  index: number;
  columns: readonly Column<unknown>[];
  id: string;
  name: string;
  isSelected: boolean;
  pick(index: number, isOn: boolean, isRange: boolean): void;
  onMenu(row: unknown, opener: HTMLElement): void;
}

const Row = memo(function Row({ row, index, columns, id, name, isSelected, pick, onMenu }: RowProps) {
  const { t } = useWords();
  return (
    <tr role="row" data-id={id} data-selected={isSelected || undefined}>
      <td role="cell" className="tick-cell">
        <input
          type="checkbox"
          aria-label={t('table-select', { name })}
          checked={isSelected}
          onChange={(event) => pick(index, event.target.checked, (event.nativeEvent as MouseEvent).shiftKey)}
        />
      </td>
      {columns.map(({ id, isHeader, isEssential, cell }) =>
        isHeader ? (
          <th role="rowheader" scope="row" key={id}>
            {cell(row)}
          </th>
        ) : (
          <td role="cell" key={id} className={isEssential ? 'essential' : 'wide'}>
            {cell(row)}
          </td>
        ),
      )}
      <td role="cell" className="menu-cell">
        <button type="button" className="button icon-button row-menu" aria-haspopup="menu" aria-label={t('table-menu', { name })} onClick={(event) => onMenu(row, event.currentTarget)}>
          <Icon name="more" />
        </button>
      </td>
    </tr>
  );
});
