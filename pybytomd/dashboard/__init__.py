"""The node's pages in a browser: wallet, explorer, mining, contracts, network.

``files`` is the list of them, with their types. All else is in the folder "static": plain ES modules and one style
sheet, sent as they are written. There is no build step and no library; nothing is loaded from another origin, and
the policy that goes with the pages forbids it.

    index.html      the frame without words; theme.js, before the first paint, sets theme and language
    app.js          the frame: sections, search, lock, and PAGES, the table of routes
    core/           no element but through dom.js: texts, exact amounts and JSON, calls, live state, what was asked
    parts/          what pages are made of (cards, fields, tables, dialogs, plots, QR codes); they call no method
    flows/          what several pages do with the node step by step: the moment before money moves
    pages/          one module for each route, loaded when it is first wanted
    texts/          one table for each language, the same keys in both

**A page** is a module that exports the function show. It is given its arguments, the question of the address bar,
and what ends with it (listeners, timers), and gives elements, at once: what has to be fetched is put into a box
that shows grey lines meanwhile, and the reason and a button when it fails. A page is added as a module, a row of
PAGES, its place in SECTIONS, and its texts in both tables. Pages never import each other.

**Money** is a BigInt of the smallest unit from the answer to the request: JSON is read and written by a reader of
our own, as the browser's loses digits. What only travels (templates, images) stays the text it came as.

**Text of strangers** becomes a text node, never markup. Nobody's password, words or token is kept anywhere but in
the page, unless it is asked for.
"""
