import { render } from 'preact'
import { openSession, sessionState } from './api/session.ts'
import { App } from './app.tsx'
import { startLocation } from './live/location.ts'
import { startClock } from './live/now.ts'
import { startShortcuts } from './live/shortcuts.ts'
import './style/base.css'
import './style/frame.css'
import './style/content.css'
import './style/pages.css'
import { openHelp, shortcutsOn } from './ui/help.tsx'
import { openSearch } from './ui/search.tsx'

startClock()
startLocation()
startShortcuts({
  enabled: () => shortcutsOn.value && sessionState.value === 'open',
  search: openSearch,
  help: openHelp,
})
render(<App />, document.getElementById('app')!)
void openSession()
