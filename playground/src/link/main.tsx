import '../style.css';
import '../pages.css';
import { createRoot } from 'react-dom/client';
import { resume } from '../session';
import { LinkPage } from './LinkPage';

const root = document.getElementById('root');
if (root) createRoot(root).render(<LinkPage />);
void resume();
