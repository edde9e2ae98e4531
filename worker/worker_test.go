package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// The tests run the real process: this test binary, told to be the worker.
func TestMain(m *testing.M) {
	if os.Getenv("BE_THE_WORKER") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const anyPort = "127.0.0.1:0"

const firstJob = 2251799813685249 // the first key of partition 1, as Zeebe numbers them

type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines chan line
}

// start runs a worker with quick settings for the gateway, and with more settings as NAME=value.
func start(t *testing.T, gateway string, more ...string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append([]string{"BE_THE_WORKER=yes", "ZEEBE_ADDRESS=" + gateway, "JOB_TYPE=test", "WORKER_NAME=worker-1",
		"WORK=10ms", "LISTEN=" + anyPort}, more...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	p := &process{t, cmd, make(chan line, 100)}
	go func() {
		defer close(p.lines)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			var l line
			if err := json.Unmarshal(scanner.Bytes(), &l); err != nil {
				t.Errorf("expected a JSON line, found %s", scanner.Text())
			}
			p.lines <- l
		}
	}()
	return p
}

// next returns the next line, which must come within 5 s.
func (p *process) next() line {
	p.t.Helper()
	select {
	case l, open := <-p.lines:
		if !open {
			p.t.Fatal("expected another line, found the end")
		}
		return l
	case <-time.After(5 * time.Second):
		p.t.Fatal("expected another line within 5 s")
	}
	panic("unreachable")
}

func (p *process) expect(expected ...event) (last line) {
	p.t.Helper()
	for _, e := range expected {
		if last = p.next(); last.Event != e {
			p.t.Fatalf("expected %s, found %+v", e, last)
		}
	}
	return last
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) expectExit0() {
	p.t.Helper()
	if l, open := <-p.lines; open {
		p.t.Errorf("expected no further line, found %+v", l)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("expected exit code 0, found %s", err)
	}
}

func TestOutcomes(t *testing.T) {
	for _, c := range []struct {
		outcome event
		answer  error
		text    string
	}{
		{completed, nil, ""},
		{rejected, status.Error(codes.NotFound, "no such job"), "NOT_FOUND: no such job"},
		{unknown, status.Error(codes.Unavailable, "no leader"), "UNAVAILABLE: no leader"},
	} {
		t.Run(string(c.outcome), func(t *testing.T) {
			t.Parallel()
			gateway := &standIn{jobs: []int64{firstJob}, complete: func(int64) error { return c.answer }}
			p := start(t, gateway.serve(t, anyPort))

			p.expect(started, activated)
			l := p.expect(c.outcome)
			if _, err := time.Parse("2006-01-02T15:04:05.000Z", l.Time); err != nil {
				t.Error(err)
			}
			l.Time = ""
			if expected := (line{"", c.outcome, "worker-1", "2251799813685249", "2251799813685250", c.text}); l != expected {
				t.Errorf("expected %+v, found %+v", expected, l)
			}
			p.signal(syscall.SIGTERM)
			p.expect(stopping, stopped)
			p.expectExit0()

			if len(gateway.completions) != 1 || gateway.completions[0].Variables != `{"completedBy":"worker-1"}` {
				t.Errorf("expected one completion with the worker's name, found %v", gateway.completions)
			}
			first := gateway.activations[0]
			if first.Type != "test" || first.Worker != "worker-1" || first.Timeout != 10_000 || first.MaxJobsToActivate != 8 {
				t.Errorf("expected an activation as the settings say, found %v", first)
			}
		})
	}
}

func TestSIGTERMFinishesWhatIsInHand(t *testing.T) {
	t.Parallel()
	gateway := &standIn{jobs: []int64{1, 3, 5}}
	p := start(t, gateway.serve(t, anyPort), "WORK=2s", "CAPACITY=2")

	p.expect(started, activated, activated)
	p.signal(syscall.SIGTERM)
	p.expect(stopping, completed, completed, stopped)
	p.expectExit0()
	if len(gateway.jobs) != 1 {
		t.Errorf("expected the job beyond the capacity not to be taken, found %v left", gateway.jobs)
	}
}

func TestNeverMoreInHandThanCapacity(t *testing.T) {
	t.Parallel()
	gateway := &standIn{jobs: []int64{1, 3, 5, 7, 9}}
	p := start(t, gateway.serve(t, anyPort), "CAPACITY=2")

	p.expect(started)
	for inHand, done := 0, 0; done < 5; {
		if p.next().Event == activated {
			inHand++
		} else {
			inHand--
			done++
		}
		if inHand > 2 {
			t.Fatalf("expected at most 2 jobs in hand, found %d", inHand)
		}
	}
}

func TestReadyOnceTheGatewayAnswers(t *testing.T) {
	address, listen := freeAddress(t), freeAddress(t)
	p := start(t, address, "LISTEN="+listen)
	p.expect(started)
	time.Sleep(6 * time.Second) // so that with gRPC's own back-off the next attempt would come after 1.6 s at the earliest
	if code := ready(t, listen); code != http.StatusServiceUnavailable {
		t.Errorf("expected 503 without a gateway, found %d", code)
	}

	gateway := &standIn{jobs: []int64{1}}
	gateway.serve(t, address)
	began := time.Now()
	p.expect(activated, completed)
	if took := time.Since(began); took > 1500*time.Millisecond {
		t.Errorf("expected to reach the gateway within its back-off of 0.5 s, found %s", took)
	}
	if code := ready(t, listen); code != http.StatusOK {
		t.Errorf("expected 200 once the gateway has answered, found %d", code)
	}
}

func ready(t *testing.T, listen string) int {
	t.Helper()
	response, err := http.Get("http://" + listen + "/ready")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestSIGINTWithoutAGateway(t *testing.T) {
	p := start(t, freeAddress(t))
	p.expect(started)
	p.signal(syscall.SIGINT)
	p.expect(stopping, stopped)
	p.expectExit0()
}

func TestExit2ForAWrongSetting(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{"BE_THE_WORKER=yes", "ZEEBE_ADDRESS=gateway:26500"}
	out, err := cmd.CombinedOutput()
	const sentence = "JOB_TYPE is expected to be the type of the jobs to take, found \"\".\n"
	if cmd.ProcessState.ExitCode() != 2 || string(out) != sentence {
		t.Errorf("expected exit code 2 and %q, found %q, %v", sentence, out, err)
	}
}
