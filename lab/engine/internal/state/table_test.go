package state

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestACaptureDoesNotSeeWhatComesAfterIt(t *testing.T) {
	s := New(1)
	for i := range int64(2_000) {
		s.Variables.Set(By(i).ByName("x").Key(), fmt.Append(nil, i))
	}
	captured := s.Capture()
	for i := range int64(2_000) {
		if i%2 == 0 {
			s.Variables.Delete(By(i).ByName("x").Key())
		} else {
			s.Variables.Set(By(i).ByName("x").Key(), []byte("changed"))
		}
	}
	folder := t.TempDir()
	if err := captured.Write(folder); err != nil {
		t.Fatal(err)
	}
	restored := New(1)
	if err := restored.Read(folder); err != nil {
		t.Fatal(err)
	}
	if restored.Variables.Len() != 2_000 {
		t.Fatalf("expected 2000 variables, found %d", restored.Variables.Len())
	}
	restored.Variables.All(func(index string, value []byte) bool {
		if want := fmt.Sprint(FirstNumber(index)); string(value) != want {
			t.Errorf("expected %s, found %s", want, value)
		}
		return !t.Failed()
	})
}

func TestATableThatIsCutShortIsNotRead(t *testing.T) {
	s, folder := New(1), t.TempDir()
	s.Messages.Set(1, Message{Key: 1})
	if err := s.Capture().Write(folder); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "000001.sst")
	content, err := os.ReadFile(file)
	if err != nil || len(content) < 2 {
		t.Fatalf("expected a table with content: %v", err)
	}
	if err := os.WriteFile(file, content[:len(content)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := New(1).Read(folder); err == nil {
		t.Error("expected an error")
	}
}
