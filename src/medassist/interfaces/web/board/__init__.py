"""The board: today's visits by step, provider or room; what waits for whom; live.

`cards` makes what is shown from what the domains tell, `day` asks them (8 queries at most), `draw` draws it once for
everybody at a site and lets each person's view only filter, `pages` answers browsers; `streams` beside this folder
keeps the boards live.
"""
