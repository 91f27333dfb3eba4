// A stock verifier: golang.org/x/mod/sumdb reads the folder that `exchange log export` wrote. Every
// checkpoint is opened with the one key, and proved to be consistent with every later one.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var folder = os.Args[1]

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(name string) string {
	data, err := os.ReadFile(filepath.Join(folder, name))
	must(err)
	return string(data)
}

type tiles struct{}

func (tiles) Height() int { return 8 }

func (tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, one := range wanted {
		name := strings.TrimPrefix(one.Path(), "tile/8/")
		found = append(found, []byte(read("tile/"+name)))
	}
	return found, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	verifier, err := note.NewVerifier(strings.TrimSpace(read("vkey")))
	must(err)
	names, err := filepath.Glob(filepath.Join(folder, "checkpoints", "*"))
	must(err)
	var trees []tlog.Tree
	for _, name := range names {
		opened, err := note.Open([]byte(read("checkpoints/"+filepath.Base(name))), note.VerifierList(verifier))
		must(err)
		lines := strings.Split(opened.Text, "\n")
		var size int64
		_, err = fmt.Sscan(lines[1], &size)
		must(err)
		root, err := tlog.ParseHash(lines[2])
		must(err)
		trees = append(trees, tlog.Tree{N: size, Hash: root})
	}
	last := trees[len(trees)-1]
	hashes := tlog.TileHashReader(last, tiles{})
	for _, older := range trees {
		for _, newer := range trees {
			if newer.N < older.N {
				continue
			}
			proof, err := tlog.ProveTree(newer.N, older.N, hashes)
			must(err)
			must(tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash))
		}
	}
	fmt.Println(len(trees))
}
