import { useEffect, useRef } from 'react';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { EDITOR_THEME, EditorHabits } from './editor';
import { EXAMPLES } from './examples';
import { EXAMPLES_PLUGIN, useOpenExample } from './ExamplesPlugin';
import { Header } from './Header';
import { currentSecret, refused, useSession } from './session';
import { storage } from './storage';
import { createFetcher } from './transport';

// Fixed objects: GraphiQL starts afresh whenever one of them changes.
const PLUGINS = [EXAMPLES_PLUGIN, explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];
const FETCHER = createFetcher({ secret: currentSecret, onRefused: refused });
const FIRST_TABS = EXAMPLES.slice(0, 1).map(({ source }) => ({ query: `${source}\n` }));

/** When somebody else is asking: fetch the schema anew, and take away results that were another viewer's. */
function FollowSession() {
  const { epoch } = useSession();
  const { introspect, stop, updateActiveTabValues } = useGraphiQLActions();
  const { tabs, responseEditor } = useGraphiQL(pick('tabs', 'responseEditor'));
  const latest = useRef({ tabs, responseEditor });
  latest.current = { tabs, responseEditor };
  const seen = useRef(epoch);
  useEffect(() => {
    if (seen.current === epoch) return;
    seen.current = epoch;
    stop();
    for (const tab of latest.current.tabs) tab.response = null;
    latest.current.responseEditor?.setValue('');
    updateActiveTabValues({ response: null });
    void introspect();
  }, [epoch, introspect, stop, updateActiveTabValues]);
  return null;
}

/** Opens what the address names: `?example=15-my-access&workspace=riverton`, the file's name and its variables. */
function OpenFromAddress() {
  const { ready, open } = useOpenExample();
  const isOpened = useRef(false);
  useEffect(() => {
    if (!ready || isOpened.current) return;
    isOpened.current = true;
    const { example: name, ...variables } = Object.fromEntries(new URLSearchParams(window.location.search));
    const example = EXAMPLES.find(({ file }) => file === `${name}.graphql`);
    if (!example) return;
    window.history.replaceState(null, '', window.location.pathname);
    open(example, variables);
  }, [ready, open]);
  return null;
}

export function App() {
  return (
    <div className="cc-page cc-playground">
      <Header />
      <main className="cc-main" aria-label="Query editor">
        <GraphiQL
          fetcher={FETCHER}
          plugins={PLUGINS}
          visiblePlugin={EXAMPLES_PLUGIN}
          storage={storage}
          editorTheme={EDITOR_THEME}
          defaultTabs={FIRST_TABS}
          shouldPersistHeaders={false}
          defaultEditorToolsVisibility={false}
        >
          <GraphiQL.Logo>
            <span />
          </GraphiQL.Logo>
          <EditorHabits />
          <FollowSession />
          <OpenFromAddress />
        </GraphiQL>
      </main>
    </div>
  );
}
