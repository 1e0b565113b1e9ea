import '../style.css';
import '../pages.css';
import { createRoot } from 'react-dom/client';
import { resume } from '../session';
import { followBrowser } from '../words';
import { LinkPage } from './LinkPage';

followBrowser();
const root = document.getElementById('root');
if (root) createRoot(root).render(<LinkPage />);
void resume();
