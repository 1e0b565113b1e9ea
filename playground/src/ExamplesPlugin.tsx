import { useEffect, useState } from 'react';
import { pick, useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';
import { parse, type OperationDefinitionNode } from 'graphql';
import { loadDemo, type Demo } from './demo';
import { EXAMPLES, variablesFrom, type Example } from './examples';
import { currentSecret } from './session';
import { send } from './transport';

function ExamplesIcon(props: React.SVGProps<SVGSVGElement>) {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" strokeWidth="1.6" {...props}>
      <path d="M4 6h9M4 11h7M4 16h5" strokeLinecap="round" />
      <path d="M14 11.5v8l6.5-4z" strokeLinejoin="round" />
    </svg>
  );
}

/** Opens an example in a tab; `variables` is what goes into the variables pane, if anything. */
export function useOpenExample(): { ready: boolean; open: (example: Example, variables?: Record<string, unknown>) => void } {
  const actions = useGraphiQLActions();
  const { tabs, activeTabIndex, queryEditor, variableEditor, responseEditor } = useGraphiQL(
    pick('tabs', 'activeTabIndex', 'queryEditor', 'variableEditor', 'responseEditor'),
  );

  function open({ source }: Example, variables: Record<string, unknown> = {}) {
    if (!queryEditor) return;
    actions.stop();
    const text = Object.keys(variables).length > 0 ? `${JSON.stringify(variables, null, 2)}\n` : '';
    const isOpen = (index: number) =>
      (index === activeTabIndex ? queryEditor.getValue() : (tabs[index]?.query ?? '')).trim() === source;
    const existing = isOpen(activeTabIndex) ? activeTabIndex : tabs.findIndex((_, index) => isOpen(index));
    if (existing < 0) {
      if (queryEditor.getValue().trim() !== '') actions.addTab();
      queryEditor.setValue(`${source}\n`);
      variableEditor?.setValue(text);
    } else {
      if (existing !== activeTabIndex) actions.changeTab(existing);
      if (text) variableEditor?.setValue(text);
    }
    // The editor finds out by itself, but later: running at once must not use the former tab's operation.
    const documentAST = parse(source);
    const operations = documentAST.definitions.filter(
      (definition): definition is OperationDefinitionNode => definition.kind === 'OperationDefinition',
    );
    const operationName = operations[0]?.name?.value;
    actions.setOperationFacts({ documentAST, operationName, operations });
    actions.updateActiveTabValues({ query: queryEditor.getValue(), operationName: operationName ?? null });
    queryEditor.setScrollTop(0);
  }

  return { ready: Boolean(queryEditor && responseEditor), open };
}

/** What goes into the variables pane; null: ids are needed, and whoever asks sees none. */
async function variablesOf(example: Example): Promise<Record<string, unknown> | null> {
  if (!example.ids) return {};
  const reply = await send({ query: example.ids }, currentSecret());
  const variables = variablesFrom(example, reply.answer.data);
  if (Object.keys(variables).length === 0) return null;
  const hasDryRun = example.operation.variableDefinitions?.some(({ variable }) => variable.name.value === 'dryRun');
  return hasDryRun ? { ...variables, dryRun: true } : variables;
}

function ExampleList({ id, title, examples }: { id: string; title: string; examples: readonly Example[] }) {
  const { run } = useGraphiQLActions();
  const { ready, open } = useOpenExample();
  const [withoutIds, setWithoutIds] = useState<string | null>(null);

  async function show(example: Example, runs: boolean) {
    const variables = await variablesOf(example);
    setWithoutIds(variables ? null : example.file);
    open(example, variables ?? {});
    if (runs && variables) void run();
  }

  return (
    <>
      <h3 id={id}>{title}</h3>
      <ol>
        {examples.map((example) => (
          <li key={example.file}>
            <button
              type="button"
              className="cc-example-open"
              disabled={!ready}
              title={example.about || undefined}
              onClick={() => void show(example, false)}
            >
              <span className="cc-example-title">{example.title}</span>
              <span className="cc-example-audience">{example.audience}</span>
            </button>
            <button
              type="button"
              className="cc-button cc-run"
              disabled={!ready}
              aria-label={`Run: ${example.title}`}
              onClick={() => void show(example, true)}
            >
              Run
            </button>
            {withoutIds === example.file && (
              <p role="alert">It needs ids from the workspace “riverton”, and you see none: sign in as its administrator first.</p>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

const CHANGES = EXAMPLES.filter(({ operation }) => operation.operation === 'mutation');
const READS = EXAMPLES.filter(({ operation }) => operation.operation !== 'mutation');

/** Scrolls the pane alone: scrolling the heading into view would move the page as well. */
function showChanges() {
  const heading = document.getElementById('cc-changes');
  const pane = heading?.closest('.graphiql-plugin');
  if (heading && pane) pane.scrollTop += heading.getBoundingClientRect().top - pane.getBoundingClientRect().top - 8;
}

function Examples() {
  const [demo, setDemo] = useState<Demo | null>(null);
  useEffect(() => void loadDemo().then(setDemo), []);
  return (
    <section className="cc-examples" aria-labelledby="cc-examples-title">
      <h2 id="cc-examples-title">Examples</h2>
      <p className="cc-quiet">
        Each opens in a tab of its own, where you can change it.{' '}
        {demo
          ? 'They run as they are against the demo.'
          : 'They ask about the workspace “riverton”, unless their variables name another: put the slug of yours in its place.'}
      </p>
      <button type="button" className="cc-text-button" onClick={showChanges}>
        Go to the examples that make changes
      </button>
      <ExampleList id="cc-reads" title="Read" examples={READS} />
      <ExampleList id="cc-changes" title="Change (dry runs)" examples={CHANGES} />
    </section>
  );
}

export const EXAMPLES_PLUGIN: GraphiQLPlugin = {
  title: 'Examples',
  icon: ExamplesIcon,
  content: Examples,
};
