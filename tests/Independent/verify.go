// An independent verifier of the public log, on the code behind sum.golang.org (golang.org/x/mod/sumdb). It shares nothing with this repository:
//
//	apt-get install golang-go golang-golang-x-mod-dev
//	GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go LOG-FOLDER [CHECKPOINT-SEEN-BEFORE ...]
//
// LOG-FOLDER holds what is published below /log/. Prints OK or the first fault, and ends with 0 or 1.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

var folder string

func fail(what string, arguments ...interface{}) {
	fmt.Printf("FAULT "+what+"\n", arguments...)
	os.Exit(1)
}

func read(path string) []byte {
	content, err := os.ReadFile(filepath.Join(folder, path))
	if err != nil {
		fail("missing %s", path)
	}
	return content
}

// checkpoint opens a signed note and reads its three lines.
func checkpoint(content []byte, known note.Verifiers, origin string) tlog.Tree {
	opened, err := note.Open(content, known)
	if err != nil {
		fail("signature: %v", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != origin || lines[3] != "" {
		fail("checkpoint of another form")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	root, err2 := tlog.ParseHash(lines[2])
	if err != nil || err2 != nil {
		fail("checkpoint of another form")
	}
	return tlog.Tree{N: size, Hash: root}
}

// tiles reads the published tiles; in this layout the height is not part of the path.
type tiles struct{}

func (tiles) Height() int { return 8 }

func (tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, t := range wanted {
		found = append(found, read("tile/"+strings.TrimPrefix(t.Path(), "tile/8/")))
	}
	return found, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// grown holds the hashes of a tree that is made anew from the leaves.
type grown []tlog.Hash

func (g grown) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, i := range indexes {
		found = append(found, g[i])
	}
	return found, nil
}

func main() {
	folder = os.Args[1]
	var verifiers []note.Verifier
	for _, line := range strings.Split(strings.TrimSpace(string(read("key"))), "\n") {
		verifier, err := note.NewVerifier(line)
		if err != nil {
			fail("key: %v", err)
		}
		verifiers = append(verifiers, verifier)
	}
	known, origin := note.VerifierList(verifiers...), verifiers[0].Name()
	tree := checkpoint(read("checkpoint"), known, origin)

	// Every leaf from the bundles, and the tree that they make.
	var leaves [][]byte
	var hashes grown
	for bundle := int64(0); bundle*width < tree.N; bundle++ {
		tile := tlog.Tile{H: 8, L: 0, N: bundle, W: width}
		if tree.N-bundle*width < width {
			tile.W = int(tree.N - bundle*width)
		}
		content := read("tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/"))
		for i := 0; i < tile.W; i++ {
			if len(content) < 2 || len(content) < 2+int(binary.BigEndian.Uint16(content)) {
				fail("bundle %d ends early", bundle)
			}
			length := int(binary.BigEndian.Uint16(content))
			leaf := content[2 : 2+length]
			content = content[2+length:]
			if !bytes.HasPrefix(leaf, []byte(fmt.Sprintf("sdreg-event/v1\nseq %d\n", len(leaves)))) {
				fail("leaf %d has another number", len(leaves))
			}
			more, err := tlog.StoredHashes(int64(len(leaves)), leaf, hashes)
			if err != nil {
				fail("leaf %d: %v", len(leaves), err)
			}
			hashes = append(hashes, more...)
			leaves = append(leaves, leaf)
		}
		if len(content) > 0 {
			fail("bundle %d holds more than its leaves", bundle)
		}
	}
	if tree.N > 0 {
		if root, err := tlog.TreeHash(tree.N, hashes); err != nil || root != tree.Hash {
			fail("the leaves do not make the signed root")
		}
	}

	// Every tile of every level, against the leaves.
	for level := 0; tree.N>>(8*uint(level)) > 0; level++ {
		nodes := tree.N >> (8 * uint(level))
		for n := int64(0); n*width < nodes; n++ {
			tile := tlog.Tile{H: 8, L: level, N: n, W: width}
			if nodes-n*width < width {
				tile.W = int(nodes - n*width)
			}
			made, err := tlog.ReadTileData(tile, hashes)
			published, _ := tiles{}.ReadTiles([]tlog.Tile{tile})
			if err != nil || !bytes.Equal(made, published[0]) {
				fail("tile %s", tile.Path())
			}
		}
	}
	served(leaves, hashes)
	// The same through the reader that clients of sum.golang.org use, which trusts a tile only if it leads to the signed root.
	reader := tlog.TileHashReader(tree, tiles{})
	for i := range leaves {
		found, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(i))})
		if err != nil || found[0] != tlog.RecordHash(leaves[i]) {
			fail("leaf %d: %v", i, err)
		}
	}

	// Checkpoints that were seen before must be of this same log.
	for _, path := range os.Args[2:] {
		content, err := os.ReadFile(path)
		if err != nil {
			fail("missing %s", path)
		}
		before := checkpoint(content, known, origin)
		if before.N > tree.N {
			fail("the log was rolled back from %d to %d", before.N, tree.N)
		}
		if before.N == 0 {
			continue
		}
		proof, err := tlog.ProveTree(tree.N, before.N, reader)
		if err != nil || tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash) != nil {
			fail("the log of %d leaves is no part of the log of %d", before.N, tree.N)
		}
	}

	fmt.Printf("OK %d leaves, %d disclosures, %d earlier checkpoints\n", tree.N, disclosures(leaves, known, origin), len(os.Args)-2)
}

// served checks every tile and bundle that is there, those of earlier sizes included: each holds exactly what its name says of this tree.
func served(leaves [][]byte, hashes grown) {
	root := filepath.Join(folder, "tile")
	filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() || strings.HasPrefix(info.Name(), ".") {
			return nil
		}
		name, _ := filepath.Rel(root, path)
		tile, err := tlog.ParseTilePath("tile/8/" + strings.Replace(name, "entries/", "data/", 1))
		if err != nil {
			fail("tile/%s is no tile", name)
		}
		content := read("tile/" + name)
		if tile.L < 0 {
			var made []byte
			for i := tile.N * width; i < tile.N*width+int64(tile.W); i++ {
				if i >= int64(len(leaves)) {
					return nil // written for the next checkpoint
				}
				made = append(made, byte(len(leaves[i])>>8), byte(len(leaves[i])))
				made = append(made, leaves[i]...)
			}
			if !bytes.Equal(made, content) {
				fail("tile/%s", name)
			}
		} else if tile.N*width+int64(tile.W) <= int64(len(leaves))>>(8*uint(tile.L)) {
			if made, err := tlog.ReadTileData(tile, hashes); err != nil || !bytes.Equal(made, content) {
				fail("tile/%s", name)
			}
		}
		return nil
	})
}

// disclosures checks what is opened: each opening stands in its leaf, the leaf is the log's, and the proof holds. It returns how many there are.
func disclosures(leaves [][]byte, known note.Verifiers, origin string) int {
	if _, err := os.Stat(filepath.Join(folder, "disclosures/index.json")); err != nil {
		return 0
	}
	var index struct {
		Disclosures []struct{ Leaf int64 }
	}
	if json.Unmarshal(read("disclosures/index.json"), &index) != nil {
		fail("disclosures/index.json")
	}
	for _, row := range index.Disclosures {
		var one struct {
			Leaf   int64
			Entry  string
			Fields []struct {
				Name    string
				Value   json.RawMessage
				Opening string
			}
		}
		name := fmt.Sprintf("disclosures/%d", row.Leaf)
		if json.Unmarshal(read(name+".json"), &one) != nil || one.Leaf != row.Leaf || row.Leaf >= int64(len(leaves)) || one.Entry != string(leaves[row.Leaf]) {
			fail("%s does not show its leaf", name)
		}
		for _, field := range one.Fields {
			digest := sha256.Sum256([]byte(field.Opening))
			opened, err := base64.RawURLEncoding.DecodeString(field.Opening)
			var parts []json.RawMessage
			var said string
			if err != nil || json.Unmarshal(opened, &parts) != nil || len(parts) != 3 || json.Unmarshal(parts[1], &said) != nil || said != field.Name || !same(parts[2], field.Value) {
				fail("%s shows %s otherwise than it is opened", name, field.Name)
			}
			if !strings.Contains(one.Entry, "\n"+base64.StdEncoding.EncodeToString(digest[:])+"\n") {
				fail("%s opens %s, which its leaf does not commit to", name, field.Name)
			}
		}
		// c2sp.org/tlog-proof: index, hashes, an empty line, the checkpoint.
		halves := strings.SplitN(string(read(name+".tlog-proof")), "\n\n", 2)
		lines := strings.Split(halves[0], "\n")
		if len(halves) != 2 || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != fmt.Sprintf("index %d", row.Leaf) {
			fail("%s.tlog-proof", name)
		}
		var proof tlog.RecordProof
		for _, line := range lines[2:] {
			hash, err := tlog.ParseHash(line)
			if err != nil {
				fail("%s.tlog-proof", name)
			}
			proof = append(proof, hash)
		}
		tree := checkpoint([]byte(halves[1]), known, origin)
		if tlog.CheckRecord(proof, tree.N, tree.Hash, row.Leaf, tlog.RecordHash(leaves[row.Leaf])) != nil {
			fail("%s.tlog-proof does not hold", name)
		}
	}
	return len(index.Disclosures)
}

func same(one, other json.RawMessage) bool {
	var a, b interface{}
	if json.Unmarshal(one, &a) != nil || json.Unmarshal(other, &b) != nil {
		return false
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}
