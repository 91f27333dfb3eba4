@echo off
rem Installs exchange for you alone, without a network, from the files beside this script.
rem Another folder than %LOCALAPPDATA%\csp-exchange: install.cmd FOLDER
setlocal
set "target=%~1"
if "%target%"=="" set "target=%LOCALAPPDATA%\csp-exchange"
py -PYTHON_VERSION -m venv "%target%" || (echo Python PYTHON_VERSION is needed: ask IT for it& exit /b 1)
"%target%\Scripts\python" -m pip install --quiet --no-compile --disable-pip-version-check --no-index --find-links "%~dp0wheels" --require-hashes -r "%~dp0requirements.txt" || exit /b 1
"%target%\Scripts\exchange" --version || exit /b 1
echo Installed in %target%. Start it with: "%target%\Scripts\exchange" --help
