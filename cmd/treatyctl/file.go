package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile writes a file that takes its name when it is whole; flag is the one that names it. What is no regular file, such as a pipe, is
// written as it is. A new file has the permissions that the umask leaves, one in the place of another those of the other.
func writeFile(flag, path string, write func(io.Writer) error) error {
	mode, replaces := fs.FileMode(0o666), false
	switch info, err := os.Stat(path); {
	case err != nil:
	case info.IsDir():
		return usageError("%s: %s is a folder", flag, path)
	case info.Mode().IsRegular():
		mode, replaces = info.Mode().Perm(), true
	default:
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return usageError("%s: %w", flag, err)
		}
		return errors.Join(write(f), f.Close())
	}
	// Not os.CreateTemp, whose files are for their owner alone: the system itself takes the umask from the mode.
	name := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text())
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return usageError("%s: %w", flag, err)
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil && replaces {
		err = os.Chmod(name, mode)
	}
	if err == nil {
		err = os.Rename(name, path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", path, err), os.Remove(name))
	}
	return nil
}

// isSpecial tells whether a path is there and is neither a regular file nor a folder, but a pipe or a device.
func isSpecial(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}
