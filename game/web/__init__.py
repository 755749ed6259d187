"""The game in a browser (`hyosan serve`): what the server lets in, and how a game is played behind it.

The server's side (`serve`, `server`, `games`, `doors`, `seats`, `visitors`) knows nothing of the screens; each game
is a process of its own (`played`), which knows nothing of the network.
"""
