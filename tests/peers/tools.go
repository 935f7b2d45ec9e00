//go:build tools

// The programs of other projects that our tests run for real; build.sh builds them from here.
package peers

import (
	_ "github.com/kaiachain/kaia/cmd/homi"
	_ "github.com/kaiachain/kaia/cmd/kcn"
	_ "github.com/kaiachain/kaia/cmd/kpn"
)
