import { Button } from 'react-aria-components';
import { Select } from '../../ui/Select';
import { useWords } from '../../words';
import type { UsersSearch } from './search';
import { offsets } from './selection';

interface PagerProps {
  search: UsersSearch;
  shown: number;
  total: number | undefined;
  info: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor?: string | null; endCursor?: string | null } | undefined;
  onPage(change: Pick<UsersSearch, 'after' | 'before'>): void;
  onSize(size: string): void;
}

/** Pages by cursor; says which rows these are while one came from the first page (UI-6). */
export function Pager({ search, shown, total, info, onPage, onSize }: PagerProps) {
  const { t, number } = useWords();
  const cursor = search.after ?? search.before;
  const offset = cursor ? offsets.get(cursor) : 0;
  function next() {
    if (info?.endCursor && offset !== undefined) offsets.set(info.endCursor, offset + shown);
    onPage({ after: info?.endCursor ?? undefined, before: undefined });
  }
  function previous() {
    const size = Number(search.size ?? 50);
    if (offset !== undefined && offset <= size) return onPage({ after: undefined, before: undefined });
    if (info?.startCursor && offset !== undefined) offsets.set(info.startCursor, offset - size);
    onPage({ before: info?.startCursor ?? undefined, after: undefined });
  }
  const range = offset === undefined ? null : { from: number(offset + 1), to: number(offset + shown) };
  return (
    <div className="pager">
      <Button className="button" isDisabled={!info?.hasPreviousPage} onPress={previous}>
        {t('pager-previous')}
      </Button>
      <Button className="button" isDisabled={!info?.hasNextPage} onPress={next}>
        {t('pager-next')}
      </Button>
      {shown > 0 && (
        <span className="quiet">
          {range ? (total === undefined ? t('pager-range', range) : t('pager-range-of', { ...range, total })) : total !== undefined && t('pager-of', { total })}
        </span>
      )}
      <span className="grow" />
      <Select hideLabel className="quiet-select" label={t('pager-size')} value={search.size ?? '50'} onChange={onSize} options={['25', '50', '100'].map((size) => ({ id: size, text: t('pager-rows', { count: Number(size) }) }))} />
    </div>
  );
}
