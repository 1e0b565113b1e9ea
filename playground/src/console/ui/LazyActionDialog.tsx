import { lazy, Suspense, type ComponentProps } from 'react';

const Dialog = lazy(() => import('./ActionDialog').then(({ ActionDialog }) => ({ default: ActionDialog })));

/** Loaded when something is first done. */
export function ActionDialog(props: ComponentProps<typeof Dialog>) {
  return (
    <Suspense>
      <Dialog {...props} />
    </Suspense>
  );
}
